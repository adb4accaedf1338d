/** Prints a help topic; loaded only for one, so that `--help` loads commander alone. */
import { output } from "../output.ts";
import { renderContextHere } from "../terminal.ts";
import { topicText } from "../topic-text.ts";
import { renderTopic } from "./render.ts";

/** `name`: one of TOPICS. Throws `internal` where its file cannot be read. */
export function showTopic(name: string, color: boolean): void {
  output.print(renderTopic(topicText(name), renderContextHere({ now: Date.now(), color, repeat: "" })));
}
