/** What runs by itself on this machine: `none` is known, and not only not found. */
export type Scheduled =
  | { readonly kind: "timer"; readonly name: string; readonly every: string | null }
  /** ms since the epoch. */
  | { readonly kind: "sweeps"; readonly last: number }
  | { readonly kind: "enabled" }
  | { readonly kind: "none" };
