/** The kinds of timers: four that a machine may support, and Kubernetes, whose text is only printed. */
export const MACHINE_KINDS = ["systemd", "launchd", "cron", "windows"] as const;
export type MachineKind = (typeof MACHINE_KINDS)[number];
export const TIMER_KINDS = [...MACHINE_KINDS, "kubernetes"] as const;
export type TimerKind = (typeof TIMER_KINDS)[number];
