/**
 * CronJobs, one for each home: each is a volume of its own. Three lines have to be filled in, and the text says which.
 * The rest is accepted by a cluster with strict pod security.
 */
import { posix } from "node:path";
import { cronFields } from "./every.ts";
import { argvOf, type Target, type Task } from "./task.ts";

/** The user of the pod. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The first user that most images create; root is refused by runAsNonRoot, and would lock the agent out of its files.
 */
const DEFAULT_OWNER: Owner = { uid: 1000, gid: 1000 };

const HEAD = `# One CronJob for each volume that holds an agent's home, and not one for each node: every node sees
# the same files there, and a second sweep of them has nothing to do. Homes on the nodes' own disks
# need one sweep on each node: let "checkpoints housekeeping" run beside the agent there, since a
# CronJob starts one pod on one node.
#
# Fill in the lines marked <--: the image (the agent's own image with checkpoint-gc in it; the paths here
# are from the machine that printed this), the claim, and the user that owns the home (stat -c %u:%g).
# A volume that is ReadWriteOnce has to be on the agent's node: give this the agent's node selector.
#
# A new pod has no record of directories that existed, so it proves fewer deletions than a sweep on the
# agent's machine, and does not see ~/.config/checkpoint-gc/config.yaml: put what is in it under
# checkpoint_gc: in the agent's own file, or mount it below HOME. Mount the workdirs at the paths that
# the agent uses: see checkpoints help automatic.
`;

export function cronJobs(task: Task, owner: Owner | null): string {
  const known = owner === null || owner.uid === 0 ? DEFAULT_OWNER : owner;
  const jobs = task.targets.map((target, index) => cronJob({ ...task, targets: [target] }, target, index, known));
  return HEAD + jobs.join("");
}

function cronJob(task: Task, target: Target, index: number, { uid, gid }: Owner): string {
  const name = `checkpoint-gc${index === 0 ? "" : `-${index + 1}`}`;
  const home = target.flag === "--home" ? target.path : posix.dirname(target.path);
  // The image has a PATH of its own.
  const [program = "", ...args] = argvOf({ ...task, path: null, places: {} });
  return `---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: ${name}
  labels:
    app.kubernetes.io/name: checkpoint-gc
spec:
  schedule: "${cronFields(task.every, task.spread)}"
  # A sweep that takes longer than the interval must not run beside the next one.
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      # The next job continues where a failed one stopped.
      backoffLimit: 0
      activeDeadlineSeconds: 21600
      template:
        metadata:
          labels:
            app.kubernetes.io/name: checkpoint-gc
        spec:
          restartPolicy: Never
          automountServiceAccountToken: false
          enableServiceLinks: false
          securityContext:
            runAsNonRoot: true
            runAsUser: ${uid} # <-- who owns the home
            runAsGroup: ${gid} # <--
            # No fsGroup: it would make every file writable for a group, and state that others can write is refused.
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: sweep
              image: agent-with-checkpoint-gc:1 # <--
              command: [${yamlText(program)}]
              args:
${args.map((word) => `                - ${yamlText(word)}\n`).join("")}              env:
                - name: HOME
                  value: ${yamlText(posix.dirname(home))}
              resources:
                requests:
                  cpu: 50m
                  memory: 128Mi
                limits:
                  memory: 512Mi
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities:
                  drop: ["ALL"]
              volumeMounts:
                # The whole home, not only its checkpoints: the trash must be reachable by a rename.
                - name: home
                  mountPath: ${JSON.stringify(home)}
                # The directories that the agent works in, at the same paths, read-only:
                # - name: work
                #   mountPath: /work
                #   readOnly: true
          volumes:
            - name: home
              persistentVolumeClaim:
                claimName: agent-home # <--
`;
}

/** Kubernetes expands `$(NAME)`; `$$` is an escaped dollar. */
function yamlText(text: string): string {
  return JSON.stringify(text.replaceAll("$", "$$$$"));
}
