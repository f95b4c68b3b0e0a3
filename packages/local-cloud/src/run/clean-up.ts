import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Reads what is to be cleaned up, and does so when the other end of the pipe is gone. It is no descendant of its creator:
 * a task runner that kills all descendants does not find it.
 */
const SCRIPT = `
{
  groups=' '
  while read -r kind value; do
    case $kind in
      path) set -- "$@" "$value" ;;
      started) groups="$groups$value " ;;
      ended) groups="\${groups%% $value *} \${groups#* $value }" ;;
    esac
  done
  for group in $groups; do kill -s KILL -- "-$group"; done
  for path; do
    # The state file may be that of another local cloud by now.
    if [ -d "$path" ] || grep -qF "\\"pid\\": $0," "$path"; then rm -rf -- "$path"; fi
  done
} <&3 &
`;

let cleaner: Socket | undefined;

/** Sends a line to the shell that cleans up. Windows has no such shell. */
function tell(line: string): void {
  if (process.platform === 'win32') return;
  if (!cleaner) {
    const shell = spawn('/bin/sh', ['-c', SCRIPT, String(process.pid)], {
      detached: true,
      // Not the standard input: Node.js closes that when the outer shell has ended.
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    cleaner = shell.stdio[3] as Socket;
    // It does not keep this process running.
    cleaner.unref().on('error', () => undefined);
    shell.unref();
    shell.on('error', () => undefined);
  }
  cleaner.write(`${line}\n`);
}

/** Creates a directory for temporary files. It is removed at the latest when this process ends, or is killed. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'local-cloud-'));
  removeAtEnd(directory);
  return directory;
}

/** Removes a directory, or the state file of this process, when this process ends, or is killed. */
export function removeAtEnd(file: string): void {
  tell(`path ${path.resolve(file)}`);
}

/** Kills a process that leads its own group, and those that it started, when this process ends, or is killed. */
export function killAtEnd(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  tell(`started ${pid}`);
  child.once('exit', () => tell(`ended ${pid}`));
}

/** Kills a process that leads its own group, and those that it started. Windows has no groups: it kills the process only. */
export function killGroup(child: ChildProcess): void {
  if (process.platform === 'win32') {
    child.kill('SIGKILL');
    return;
  }
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
