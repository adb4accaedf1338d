/** A button beside each command. */
import { say } from "./elements.ts";

const SHOWN_MS = 1500;

export function addCopyButtons(commands: Iterable<Element>): void {
  for (const command of commands) {
    if (command.nextElementSibling instanceof HTMLButtonElement) continue;
    const text = command.textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${text}`);
    button.addEventListener("click", () => void copy(text, command, button));
    command.after(button);
  }
}

async function copy(text: string, command: Element, button: HTMLButtonElement): Promise<void> {
  const isCopied = await written(text, command);
  button.textContent = isCopied ? "Copied" : "Selected";
  say(isCopied ? `Copied: ${text}` : "Selected: copy it with the keyboard");
  window.setTimeout(() => {
    button.textContent = "Copy";
  }, SHOWN_MS);
}

/** A file that was opened from the disk may not be allowed to; then the text is selected. */
async function written(text: string, command: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    window.getSelection()?.selectAllChildren(command);
    return false;
  }
}
