/**
 * The identity of an observer: a record in a ledger counts only for the observer that wrote it. It consists of what
 * survives a reboot, another network and another host name: the machine id and the user. Two machines with one machine
 * id (copied disks, containers of one image) are still distinguished where it matters, by the directories and mounts on
 * the path to each workdir.
 */
export interface Observer {
  readonly id: string;
  /** The names that version 1.0.0 would use here: machine id, host name, user, device and inode of `/`. */
  readonly former: string;
}

/** Whether a record is of this observer: 1.0.0 used another name after each reboot, and under each host name. */
export function isOurs(name: string, { id, former }: Observer): boolean {
  if (name === id || name === former) return true;
  const [now, then] = [former.split("|"), name.split("|")];
  return then.length === now.length && now[0] !== "-" && now[0] === then[0] && now[2] === then[2];
}
