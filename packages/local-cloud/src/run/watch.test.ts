import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchFiles } from './watch';

test('watchFiles reports a replaced directory once, when all of its files exist again', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'watch-'));
  const directory = path.join(root, 'cdk.out');
  const files = ['manifest.json', 'a.template.json'].map((name) => path.join(directory, name));
  const writeAll = async (text: string): Promise<void> => {
    await mkdir(directory, { recursive: true });
    for (const file of files) await writeFile(file, text);
  };
  await writeAll('1');
  const stop = new AbortController();
  const onChange = vi.fn(async () => undefined);
  const watching = watchFiles(() => files, onChange, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await watching;
    await rm(root, { recursive: true });
  });

  await delay(600);
  await rm(directory, { recursive: true });
  await delay(600);
  await mkdir(directory);
  await writeFile(files[1] ?? '', '22');
  await delay(600);
  expect(onChange).not.toHaveBeenCalled();
  await writeAll('22');
  await vi.waitFor(() => expect(onChange).toHaveBeenCalled(), { timeout: 10_000 });
  await delay(600);
  expect(onChange).toHaveBeenCalledTimes(1);
}, 20_000);
