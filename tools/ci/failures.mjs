// Prints the last lines of each task that failed in Nx's last run, and fails: Nx prints the output of tasks that run
// side by side as it comes, so that the lines of one that fails early are far above the end.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir } from '@nx/devkit';

const LINES = 60;

/** @returns {{ taskId: string, hash: string, status?: number }[]} the tasks of a run that ended within this minute */
function lastTasks() {
  const file = path.join(cacheDir, 'run.json');
  if (!existsSync(file)) return [];
  const { run, tasks } = JSON.parse(readFileSync(file, 'utf8'));
  return Date.now() - Date.parse(run.endTime) < 60_000 ? tasks : [];
}

for (const { taskId, hash, status } of lastTasks()) {
  const output = path.join(cacheDir, 'terminalOutputs', hash);
  // A task that did not run because another failed has no status.
  if (!status || !existsSync(output)) continue;
  const lines = readFileSync(output, 'utf8').trimEnd().split('\n');
  process.stdout.write(`\n${taskId} failed; its last lines:\n\n${lines.slice(-LINES).join('\n')}\n`);
}
process.exitCode = 1;
