import { appendFile, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as base } from '../fixtures';
import { type OwnCloud, startOwnCloud } from '../own-cloud';
import { SignedInPerson } from '../signed-in-person';
import { containersOf } from './containers';
import { type Load, startLoad } from './load';

const BUILD = join(import.meta.dirname, '../../../api/dist');

const TAKES_OVER = { timeout: 60_000 };

interface RestartFixtures {
  /** What the container is made of: a copy of the API's build, which the local cloud watches. */
  readonly image: string;
  readonly cloud: OwnCloud;
  /** Signed-in requests through the site, all the time. */
  readonly load: Load;
}

/** Tests that restart the API of a local cloud of their own while it is asked. */
const test = base.extend<RestartFixtures>({
  image: async ({ deployment }, use, testInfo) => {
    test.skip(!deployment.local, 'containers of a deployment are not restarted');
    const image = testInfo.outputPath('image');
    await cp(BUILD, image, { recursive: true });
    await use(image);
    await rm(image, { recursive: true });
  },
  cloud: async ({ image }, use, testInfo) => {
    const cloud = await startOwnCloud(testInfo.outputPath(), { flags: ['--image-dir', image] });
    await use(cloud);
    await cloud.close();
  },
  load: async ({ cloud: { deployment }, browser }, use) => {
    const person = await SignedInPerson.signIn(browser, deployment, deployment.account);
    const { access_token: token } = await person.tokens();
    await person.close();
    const load = startLoad(deployment.siteUrl, token);
    await expect.poll(() => load.outcomes.length).toBeGreaterThan(50);
    await use(load);
    await load.stop();
  },
});
test.setTimeout(180_000);

/** The only container of a local cloud, once it is another one than before. */
async function nextContainer({ pid }: OwnCloud, before: readonly number[] = []): Promise<number> {
  let found: number[] = [];
  await expect
    .poll(async () => {
      found = await containersOf(pid);
      return found.length === 1 && !before.includes(found[0] ?? 0);
    }, TAKES_OVER)
    .toBe(true);
  return found[0] ?? 0;
}

/** Waits until so many more requests were answered. */
async function moreAnswers({ outcomes }: Load, count: number): Promise<void> {
  const enough = outcomes.length + count;
  await expect.poll(() => outcomes.length, TAKES_OVER).toBeGreaterThan(enough);
}

test('a new image takes over twice under load: no request is lost, and no id is given twice', async ({
  cloud,
  image,
  load,
}) => {
  let container = await nextContainer(cloud);
  for (const build of ['first', 'second']) {
    await appendFile(join(image, 'main.js'), `\n// ${build} build\n`);
    container = await nextContainer(cloud, [container]);
    await moreAnswers(load, 50);
  }
  await load.stop();
  const lost = load.outcomes.filter(({ status }) => status !== 200);
  expect(lost, `of ${load.outcomes.length}`).toEqual([]);
  const ids = load.outcomes.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a container that ends under load leaves a gap that the load balancer answers for, and comes back', async ({
  cloud,
  load,
}) => {
  const container = await nextContainer(cloud);
  process.kill(container, 'SIGTERM');
  await nextContainer(cloud, [container]);
  const isAnswered = (): boolean => load.outcomes.slice(-50).every(({ status }) => status === 200);
  await moreAnswers(load, 50);
  await expect.poll(isAnswered, TAKES_OVER).toBe(true);
  await load.stop();
  const statuses = new Set(load.outcomes.map(({ status }) => status));
  expect([...statuses].filter((status) => ![200, 502, 503].includes(Number(status)))).toEqual([]);
  const ids = load.outcomes.flatMap(({ id }) => (id === undefined ? [] : [id]));
  expect(new Set(ids).size).toBe(ids.length);
});
