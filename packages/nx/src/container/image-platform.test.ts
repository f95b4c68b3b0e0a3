import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineDirectory } from '../../test/engines';
import { fakeAws, projectWith, run, temporaryDirectory } from '../../test/run';

const OTHER_ARCHITECTURE = process.arch === 'arm64' ? 'amd64' : 'arm64';

/** Script of docker: images are files in a directory, with the architecture as content. */
const docker = (images: string, { builds = 'arm64', buildx = true }) => `
case "$1 $2" in
  'image inspect') test -f ${images}/$3 && echo "[{\\"Os\\":\\"linux\\",\\"Architecture\\":\\"$(cat ${images}/$3)\\"}]";;
  'build --tag') echo "$@" >> ${images}/log; printf ${builds} > ${images}/$3;;
  'rmi --force') rm ${images}/$3;;
  'buildx version') ${buildx};;
esac`;

/** Deploys a stage whose image is for ARM with such a docker. */
async function deployWith(settings: { builds?: string; buildx?: boolean }, cached?: string) {
  const aws = await fakeAws();
  aws.cloudFormation.deployed('spa-on-aws-dev', { Resources: {} });
  const images = temporaryDirectory();
  const directory = projectWith('dev');
  const { dockerImages } = JSON.parse(
    readFileSync(join(directory, 'cdk.out/spa-on-aws-dev.assets.json'), 'utf8'),
  );
  const nameOfCdk = join(images, `cdkasset-${Object.keys(dockerImages)[0]}`);
  if (cached) writeFileSync(nameOfCdk, cached);
  const engine = join(engineDirectory({ docker: docker(images, settings) }), 'docker');
  const outcome = await run(aws, 'deploy', { directory, context: { findEngine: async () => ({ engine }) } });
  const log = join(images, 'log');
  return {
    ...outcome,
    builds: existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [],
    isCached: existsSync(nameOfCdk),
  };
}

test('builds the image for its platform, and deploys it', async () => {
  const { exitCode, text, builds } = await deployWith({});
  expect(exitCode).toBe(0);
  expect(builds).toEqual([expect.stringContaining('--platform linux/arm64 --file Dockerfile .')]);
  expect(text).toContain('builds for linux/arm64');
});

test('does not deploy an image for another platform', async () => {
  const { exitCode, text, cdkRuns } = await deployWith({ builds: 'amd64' });
  expect({ exitCode, cdkRuns }).toEqual({ exitCode: 1, cdkRuns: [] });
  expect(text).toContain('is for linux/amd64, not linux/arm64');
  expect(text).toContain('→ use a base image for linux/arm64');
});

test.runIf(OTHER_ARCHITECTURE === 'arm64')('requires buildx of docker on another architecture', async () => {
  const { text, cdkRuns, builds } = await deployWith({ buildx: false });
  expect(text).toContain(
    'has no plugin buildx: on this machine, an image for linux/arm64 can become one for',
  );
  expect(text).toContain('→ install the plugin buildx');
  expect([...cdkRuns, ...builds]).toEqual([]);
});

test('does not build an image that the CDK has built for the platform', async () => {
  expect(await deployWith({}, 'arm64')).toMatchObject({ exitCode: 0, builds: [], isCached: true });
});

test('removes an image for another platform, which the CDK would push', async () => {
  const { exitCode, builds, isCached } = await deployWith({}, 'amd64');
  expect({ exitCode, isCached }).toEqual({ exitCode: 0, isCached: false });
  expect(builds).toHaveLength(1);
});
