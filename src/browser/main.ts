/**
 * The script of the HTML report. Without it the page is complete and can be read; with it the table can be ordered and
 * filtered, cells of the map tell what they are, and commands can be copied. Nothing is written as HTML: texts of the
 * page are read and set as text.
 */
import { addCopyButtons } from "./copy.ts";
import { startMap } from "./map.ts";
import { startTable } from "./table.ts";

// Before the first row is shown: otherwise ten thousand are laid out, to be taken away again.
document.documentElement.classList.add("script");

document.addEventListener("DOMContentLoaded", () => {
  for (const element of document.querySelectorAll<HTMLElement>(".only-script")) element.hidden = false;
  const table = startTable();
  startMap(table);
  addCopyButtons(document.querySelectorAll("header .do code, .cells code"));
  document.documentElement.classList.add("ready");
  // A link to a row that is not on the first page.
  table.reveal(window.location.hash.slice(1));
});
