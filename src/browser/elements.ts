/** Elements that the page is known to have; null on a page that has nothing to show. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T | null {
  const found = document.getElementById(id);
  return found instanceof type ? found : null;
}

/** For screen readers. */
export function say(text: string): void {
  const place = byId("said", HTMLElement);
  if (place !== null) place.textContent = text;
}
