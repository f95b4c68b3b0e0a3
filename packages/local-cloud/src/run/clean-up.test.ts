import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { expect, onTestFinished, test, vi } from 'vitest';
import { killGroup } from './clean-up';

/** Starts a container, makes files, prints what it has made, and stays. */
const PROGRAM = `
  import { spawn } from 'node:child_process';
  import { writeFileSync } from 'node:fs';
  import { killAtEnd, removeAtEnd, temporaryDirectory } from '${path.join(import.meta.dirname, 'clean-up.ts')}';
  const start = () => {
    const child = spawn('sh', ['-c', 'sleep 60 & wait'], { detached: true, stdio: 'ignore' });
    killAtEnd(child);
    return child.pid;
  };
  const directory = await temporaryDirectory();
  writeFileSync(directory + '/file', '');
  const [own, foreign] = process.argv.slice(2);
  writeFileSync(own, JSON.stringify({ pid: process.pid, url: '' }, null, 2));
  removeAtEnd(own);
  removeAtEnd(foreign);
  console.log(JSON.stringify({ directory, pids: [start(), start()] }));
  setInterval(() => 0, 1_000);
`;

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.each(['win32', process.platform] as const)('kills a process on %s', async (platform) => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1_000)'], { detached: true });
  vi.spyOn(process, 'platform', 'get').mockReturnValue(platform);
  onTestFinished(() => void vi.restoreAllMocks());
  killGroup(child);
  await vi.waitFor(() => expect(child.signalCode).toBe('SIGKILL'), { timeout: 10_000 });
});

test.skipIf(process.platform === 'win32')(
  'a killed process leaves no process of its own, no directory and no state file, and another state file stays',
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'clean up '));
    onTestFinished(() => rm(folder, { recursive: true }));
    const program = path.join(folder, 'program.mjs');
    await build({
      stdin: { contents: PROGRAM, loader: 'ts', resolveDir: folder },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    const [own, foreign] = [path.join(folder, 'own.json'), path.join(folder, 'foreign.json')];
    await writeFile(foreign, JSON.stringify({ pid: 1, url: '' }, null, 2));
    const child = spawn(process.execPath, [program, own, foreign]);
    const line = await new Promise<string>((resolve) =>
      child.stdout.once('data', (data) => resolve(`${data}`)),
    );
    const { directory, pids } = JSON.parse(line) as { directory: string; pids: number[] };
    await delay(500);
    expect(pids.every(isRunning)).toBe(true);
    expect([directory, own].every(existsSync)).toBe(true);

    child.kill('SIGKILL');
    await vi.waitFor(
      () => {
        expect(pids.filter(isRunning)).toEqual([]);
        expect([directory, own].filter(existsSync)).toEqual([]);
      },
      { timeout: 10_000 },
    );
    expect(existsSync(foreign)).toBe(true);
  },
  30_000,
);
