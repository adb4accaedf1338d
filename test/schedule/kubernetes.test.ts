// The CronJob: what a cluster refuses, what would lock the agent out, and the published types.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseAllDocuments } from "yaml";
import { cronJobs } from "../../src/schedule/render-kubernetes.ts";
import type { Task } from "../../src/schedule/task.ts";
import { skipped } from "../support/mounts.ts";
import { PROJECT, removeTree } from "../support/paths.ts";
import { HARD, HARD_PATHS, TASK } from "./build.ts";

interface Job {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly schedule: string;
    readonly concurrencyPolicy: string;
    readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: Pod } } };
  };
}

interface Pod {
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly Container[];
  readonly volumes: readonly {
    readonly name: string;
    readonly persistentVolumeClaim: { readonly claimName: string };
  }[];
  readonly restartPolicy: string;
  readonly automountServiceAccountToken: boolean;
}

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

function jobsOf(task: Task, owner: Parameters<typeof cronJobs>[1] = { uid: 1000, gid: 1000 }): readonly Job[] {
  return parseAllDocuments(cronJobs(task, owner)).map((document) => {
    expect([...document.errors, ...document.warnings]).toEqual([]);
    return document.toJS() as Job;
  });
}

function podOf(job: Job): Pod {
  return job.spec.jobTemplate.spec.template.spec;
}

/** What the kubelet makes of a word: `$$` is a dollar, `$(NAME)` a variable (third_party/forked/golang/expansion). */
function expanded(word: string): string {
  return word.replace(/\$(\$|\([^)]*\))/g, (_, next: string) => (next === "$" ? "$" : "REPLACED"));
}

describe("the CronJob", () => {
  it("is one for each home, each with a name and a volume of its own", () => {
    const jobs = jobsOf(HARD);
    expect(jobs).toHaveLength(HARD_PATHS.length + 1);
    expect(new Set(jobs.map(({ metadata }) => metadata.name)).size).toBe(jobs.length);
    for (const { apiVersion, kind, metadata } of jobs) {
      expect([apiVersion, kind]).toEqual(["batch/v1", "CronJob"]);
      // A CronJob's name leaves room for the eleven characters of its jobs (kubernetes.io, CronJob).
      expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?$/);
    }
  });

  it("runs the command with every word as it was, and mounts the home where it is", () => {
    const jobs = jobsOf(HARD);
    for (const [index, path] of HARD_PATHS.entries()) {
      const [container] = podOf(jobs[index]!).containers;
      const words = [...container!.command, ...container!.args].map(expanded);
      const sets = ["--set", "retention_days=30", "--set", "keep=~/work/**"];
      expect(words).toEqual([HARD.node, HARD.script, "auto", "--opt-in", "--now", "--home", path, ...sets]);
      expect(container!.volumeMounts).toEqual([{ name: "home", mountPath: path }]);
    }
    // The trash lives beside a base: what is mounted is the directory above.
    const last = podOf(jobs.at(-1)!).containers[0]!;
    expect(last.args).toContain("--base");
    expect(last.volumeMounts).toEqual([{ name: "home", mountPath: "/srv" }]);
  });

  it("never runs twice at once, and never retries", () => {
    const [job] = jobsOf(TASK);
    expect(job?.spec.concurrencyPolicy).toBe("Forbid");
    expect(job?.spec.jobTemplate.spec).toMatchObject({ backoffLimit: 0 });
    expect(podOf(job!).restartPolicy).toBe("Never");
    expect(job?.spec.schedule).toMatch(/^\d+ \d+ \* \* \*$/);
  });

  it("says in words why it is one for each volume", () => {
    expect(cronJobs(TASK, null)).toMatch(/One CronJob for each volume[^]*not one for each node: every node sees/);
  });

  it("has the security context of the restricted Pod Security Standard, and of the owner", () => {
    const pod = podOf(jobsOf(TASK, { uid: 501, gid: 20 })[0]!);
    const seccompProfile = { type: "RuntimeDefault" };
    expect(pod.securityContext).toEqual({ runAsNonRoot: true, runAsUser: 501, runAsGroup: 20, seccompProfile });
    expect(pod.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
  });

  it.each([null, { uid: 0, gid: 0 }])("is never root: %j", (owner) => {
    expect(podOf(jobsOf(TASK, owner)[0]!).securityContext).toMatchObject({ runAsUser: 1000, runAsGroup: 1000 });
  });

  it("has no fsGroup, which would open our state to a group", () => {
    expect(podOf(jobsOf(TASK)[0]!).securityContext).not.toHaveProperty("fsGroup");
  });

  it("mounts nothing but claims that it names", () => {
    const { containers, volumes } = podOf(jobsOf(TASK)[0]!);
    expect(containers[0]?.volumeMounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name));
    expect(volumes[0]?.persistentVolumeClaim.claimName).toBe("agent-home");
  });
});

const TYPES = join(PROJECT, "node_modules", "kubernetes-types");

describe.skipIf(skipped(existsSync(TYPES) ? null : "SKIPPED: the CronJob against its types needs kubernetes-types"))(
  "the published types",
  () => {
    function complaints(jobs: unknown): string {
      const scratch = mkdtempSync(join(tmpdir(), "cgc-types-"));
      onTestFinished(() => removeTree(scratch));
      symlinkSync(join(PROJECT, "node_modules"), join(scratch, "node_modules"));
      const text = `import type { CronJob } from "kubernetes-types/batch/v1.d.ts";\nexport const jobs: CronJob[] = `;
      writeFileSync(join(scratch, "jobs.ts"), `${text}${JSON.stringify(jobs, null, 1)};\n`);
      const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler"];
      const tsc = join(PROJECT, "node_modules", ".bin", "tsc");
      const words = [...flags, "--allowImportingTsExtensions", "--types", "", "jobs.ts"];
      return spawnSync(tsc, words, { cwd: scratch, encoding: "utf8" }).stdout;
    }

    it("know every field of it", () => {
      expect(complaints([...jobsOf(TASK), ...jobsOf(HARD)])).toBe("");
    });

    it("would not know another", () => {
      expect(complaints(jobsOf(TASK).map((job) => ({ ...job, spec: { ...job.spec, concurency: 1 } })))).toMatch(
        /concurency\W+ does not exist in type 'CronJobSpec'/,
      );
    });
  },
);
