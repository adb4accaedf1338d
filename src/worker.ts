/** A thread of the worker pool (fs/worker-pool.ts): receives jobs with their tasks, and answers. */
import { parentPort } from "node:worker_threads";
import { DESTROY, WALK } from "./fs/jobs.ts";
import { runJob, type JobType, type Job } from "./fs/worker-messages.ts";
import { DISCOVER, INSPECT } from "./scan/inspect-batch.ts";

/** The jobs of a thread, by name. The tasks of a job are those that `runAll` was given with the same type. */
// oxlint-disable-next-line typescript/no-explicit-any -- tasks of every kind travel through one port
const JOB_TYPES: readonly JobType<any, unknown>[] = [WALK, DESTROY, DISCOVER, INSPECT];

const port = parentPort;

port?.on("message", (job: Job) => {
  const jobType = JOB_TYPES.find(({ name }) => name === job.jobType);
  port.postMessage(
    jobType === undefined
      ? { id: job.id, kind: "broken", message: `no thread knows how to ${job.jobType}` }
      : runJob(job, (task) => jobType.work(task)),
  );
});
