/** A file of its own in dist/, loaded by string-width.ts. */
export { default as stringWidth } from "string-width";
