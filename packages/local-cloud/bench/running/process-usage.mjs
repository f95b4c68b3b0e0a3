import { readFile } from 'node:fs/promises';

/** Clock ticks a second in `/proc/<pid>/stat`: the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** What a process takes, as Linux counts it; elsewhere every figure is `NaN`. */
export class ProcessUsage {
  /** @param {number} pid */
  constructor(pid) {
    this.pid = pid;
  }

  /** Milliseconds of processor time so far, of all its threads. */
  async cpuMs() {
    const stat = await readFile(`/proc/${this.pid}/stat`, 'utf8').catch(() => '');
    // The name of the program stands in brackets, and may hold spaces itself.
    const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(user ?? NaN) + Number(system ?? NaN)) * 1_000) / TICKS_PER_SECOND;
  }

  /** Resident memory. */
  async memory() {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8').catch(() => '');
    const megabytes = (field) =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) / 1024;
    return { peakMb: megabytes('VmHWM'), nowMb: megabytes('VmRSS') };
  }
}
