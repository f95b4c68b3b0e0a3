import { execFile } from 'node:child_process';
import { appendFile, cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, signIn, startCloud, test as base } from './fixtures';
import { type Load, startLoad } from './load';

const SLOW = { timeout: 60_000 };

interface RestartFixtures {
  /** A copy of the sample's image, which the local cloud watches. */
  readonly image: string;
  /** A local cloud that only this test uses. */
  readonly cloud: Pick<Awaited<ReturnType<typeof startCloud>>, 'pid' | 'state' | 'changes' | 'output'>;
  readonly load: Load;
}

/** Tests that restart containers under load. */
const test = base.extend<RestartFixtures>({
  image: async ({}, use, testInfo) => {
    const image = testInfo.outputPath('image');
    await cp(path.join(import.meta.dirname, 'sample/api'), image, { recursive: true });
    await use(image);
  },
  cloud: async ({ image }, use, testInfo) => {
    const cloud = await startCloud(testInfo, '--assembly', 'e2e/sample', '--image-dir', image);
    await use(cloud);
    await cloud.stop();
  },
  load: async ({ cloud: { state }, page }, use) => {
    const { access_token: token } = await signIn(page, state);
    const load = startLoad(`${state.url}/api/greeting`, token);
    await expect.poll(() => load.results.length).toBeGreaterThan(50);
    await use(load);
    await load.stop();
  },
});
test.setTimeout(180_000);

/** Lists the process ids of the containers of a local cloud. */
async function containersOf(cloud: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === cloud && command?.includes('main.mjs') ? [Number(pid)] : [];
  });
}

/** Waits until the local cloud has exactly one container, other than those before. */
async function nextContainer(cloud: number, before: readonly number[] = []): Promise<number> {
  let found: number[] = [];
  const isReplaced = async (): Promise<boolean> => {
    found = await containersOf(cloud);
    return found.length === 1 && !before.includes(found[0] ?? 0);
  };
  await expect.poll(isReplaced, SLOW).toBe(true);
  return found[0] ?? 0;
}

async function moreResults({ results }: Load, count: number): Promise<void> {
  const enough = results.length + count;
  await expect.poll(() => results.length, SLOW).toBeGreaterThan(enough);
}

test('a changed image takes over twice under load without losing a request', async ({
  cloud,
  image,
  load,
}) => {
  let container = await nextContainer(cloud.pid);
  for (const build of ['first', 'second']) {
    await appendFile(path.join(image, 'main.mjs'), `\n// ${build} build\n`);
    container = await nextContainer(cloud.pid, [container]);
    await moreResults(load, 50);
  }
  await load.stop();
  expect(load.results.filter((result) => result !== 200)).toEqual([]);
});

test('why a changed image does not start is told to the process that started the local cloud', async ({
  cloud,
  image,
}) => {
  const main = path.join(image, 'main.mjs');
  const [changed, program] = ['container api', await readFile(main, 'utf8')];
  await writeFile(main, "throw new Error('no such table');");
  const failure = expect.stringMatching(/no such table[^]*The previous build keeps running/) as unknown;
  await expect.poll(() => cloud.changes.at(-1), SLOW).toEqual({ changed, failure });
  await writeFile(main, program);
  await expect.poll(() => cloud.changes.at(-1), SLOW).toEqual({ changed });
  expect(cloud.output()).not.toContain('api | Error: no such table');
});

test('the terminal shows what the container prints', async ({ cloud, image }) => {
  const main = path.join(image, 'main.mjs');
  await writeFile(main, `console.log('from the image');\n${await readFile(main, 'utf8')}`);
  await expect.poll(cloud.output, SLOW).toContain('\napi | from the image\n');
});

test('a container that ends under load is replaced; the load balancer answers meanwhile', async ({
  cloud,
  load,
}) => {
  const container = await nextContainer(cloud.pid);
  process.kill(container, 'SIGTERM');
  await nextContainer(cloud.pid, [container]);
  await moreResults(load, 50);
  await expect.poll(() => load.results.slice(-50).every((result) => result === 200), SLOW).toBe(true);
  await load.stop();
  expect(load.results.filter((result) => ![200, 502, 503].includes(Number(result)))).toEqual([]);
});
