import { readFile } from 'node:fs/promises';

/** Clock ticks per second in `/proc/<pid>/stat`. */
const TICKS_PER_SECOND = 100;

/** CPU time and memory of a process. All values are `NaN` on systems other than Linux. */
export class ProcessUsage {
  /** @param {number} pid */
  constructor(pid) {
    this.pid = pid;
  }

  /** Returns the CPU time of all its threads, in milliseconds. */
  async cpuMs() {
    const stat = await readFile(`/proc/${this.pid}/stat`, 'utf8').catch(() => '');
    // The program name in brackets may contain spaces.
    const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(user ?? NaN) + Number(system ?? NaN)) * 1_000) / TICKS_PER_SECOND;
  }

  /** Returns the resident memory in megabytes. */
  async memory() {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8').catch(() => '');
    const megabytes = (field) =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) / 1024;
    return { peakMb: megabytes('VmHWM'), nowMb: megabytes('VmRSS') };
  }
}
