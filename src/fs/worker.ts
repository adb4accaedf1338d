/** A thread that walks and destroys. It knows nothing of entries: it is told which paths, and answers. */
import { parentPort, workerData } from "node:worker_threads";
import { answer, type Job, type Shared } from "./crew-protocol.ts";

const port = parentPort;
// eslint-disable-next-line typescript/no-unsafe-assignment -- what our own crew.ts passes
const shared: Shared = workerData;

port?.on("message", (job: Job) => {
  port.postMessage(answer(job, () => Atomics.load(shared.stop, 0) !== 0));
});
