/** A thread of the crew (fs/crew.ts): it is told what to do and to what, and answers. */
import { parentPort } from "node:worker_threads";
import { DESTROY, WALK } from "./fs/crafts.ts";
import { answer, type Craft, type Job } from "./fs/crew-protocol.ts";
import { DISCOVER, INSPECT } from "./scan/look.ts";

/** What a thread can do, by name. What a job of that name carries is what `doAll` was given beside the same craft. */
// oxlint-disable-next-line typescript/no-explicit-any -- tasks of every kind travel through one port
const CRAFTS: readonly Craft<any, unknown>[] = [WALK, DESTROY, DISCOVER, INSPECT];

const port = parentPort;

port?.on("message", (job: Job) => {
  const craft = CRAFTS.find(({ name }) => name === job.craft);
  port.postMessage(
    craft === undefined
      ? { id: job.id, kind: "broken", message: `no thread knows how to ${job.craft}` }
      : answer(job, (task) => craft.work(task)),
  );
});
