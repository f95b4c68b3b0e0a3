import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUILDS_FOR_ARM, engineDirectory } from '../../test/engines';
import { run, temporaryDirectory } from '../../test/run';
import { findEngine } from './engine';

const RESPONDS = 'test "$1" = info -o "$1" = build';
const FAILS = 'echo "no daemon" >&2; exit 1';

/** Runs `containerize` on a machine with these engines. Returns the command line that it prints. */
async function containerize(
  engines: Record<string, string>,
  args: string[] = [],
  env: Record<string, string> = {},
  options: Record<string, unknown> = {},
) {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'dist'));
  writeFileSync(join(directory, 'dist/Dockerfile'), 'FROM scratch\n');
  return run({ url: '' }, ['containerize', ...args].join(' '), {
    options,
    directory,
    env: { PATH: engineDirectory(engines), ...env },
    context: { findEngine, projectName: 'greeter' },
  });
}

test('builds with the first engine that responds', async () => {
  const { exitCode, text } = await containerize({ docker: FAILS, podman: RESPONDS, nerdctl: RESPONDS });
  expect(exitCode).toBe(0);
  expect(text).toMatch(/^podman build --tag greeter \S+dist$/m);
});

test('prints a command with which the app starts', async () => {
  const options = { port: 3000, env: { TOKEN_VERIFICATION: 'off' } };
  const { text } = await containerize({ docker: RESPONDS }, [], {}, options);
  expect(text).toContain('Try it: docker run --rm -p 3000:3000 -e TOKEN_VERIFICATION=off greeter');
});

test('prefers CONTAINER_ENGINE, then CDK_DOCKER', async () => {
  const engines = { docker: RESPONDS, finch: RESPONDS, nerdctl: RESPONDS };
  const cdk = { CDK_DOCKER: 'finch' };
  expect((await containerize(engines, [], cdk)).text).toContain('finch build');
  const both = { ...cdk, CONTAINER_ENGINE: 'nerdctl' };
  expect((await containerize(engines, [], both)).text).toContain('nerdctl build');
});

test('builds in the Docker image format with podman', async () => {
  const podman = 'test "$1" = info || test "$BUILDAH_FORMAT" = docker';
  expect(await containerize({ podman })).toMatchObject({ exitCode: 0 });
});

test('uses the options for name, platform and base image', async () => {
  const args = ['--tag=greeter:7', '--platform=linux/arm64', '--from=mirror.example/node:24'];
  const { text } = await containerize({ docker: BUILDS_FOR_ARM }, args);
  expect(text).toContain(
    'docker build --tag greeter:7 --platform linux/arm64 --build-arg NODE_IMAGE=mirror.example/node:24',
  );
});

test('rejects an image for another platform than the one that is set', async () => {
  const { exitCode, text } = await containerize({ podman: BUILDS_FOR_ARM }, ['--platform=linux/amd64']);
  expect(exitCode).toBe(1);
  expect(text).toContain('greeter is for linux/arm64, not linux/amd64');
});

test('uses the plugin’s image name, unless a tag is set', async () => {
  const { text } = await containerize({ docker: RESPONDS }, ['--image=spa-on-aws-api']);
  expect(text).toContain('docker build --tag spa-on-aws-api');
});

test('reads the options from environment variables', async () => {
  const variables = { CONTAINERIZE_TAG: 'greeter:8', CONTAINERIZE_PLATFORM: 'linux/amd64' };
  const { text } = await containerize({ docker: RESPONDS }, ['--tag=greeter:9'], variables);
  expect(text).toContain('docker build --tag greeter:9 --platform linux/amd64');
});

test.each([
  ['--platfrom=linux/arm64', '--platfrom is not an option'],
  ['--platform=arm', "--platform 'arm' is not a platform"],
  ['--tag', '--tag needs a value'],
  ['image', "'image' is not an option"],
])('rejects %s and lists the options', async (option, problem) => {
  const { exitCode, text } = await containerize({ docker: RESPONDS }, [option]);
  expect(exitCode).toBe(2);
  expect(text).toContain(problem);
  expect(text).toContain('--from=<from>');
});

test('reports the problem of each engine when none responds', async () => {
  const { exitCode, text } = await containerize({ docker: FAILS });
  expect(exitCode).toBe(1);
  expect(text).toContain('docker does not respond: no daemon; podman is not installed');
  expect(text).toContain('CONTAINER_ENGINE');
});

test('does not replace a named engine that does not respond', async () => {
  const { exitCode, text } = await containerize({ docker: RESPONDS }, [], { CONTAINER_ENGINE: 'lima' });
  expect(exitCode).toBe(1);
  expect(text).toContain('the container engine of CONTAINER_ENGINE cannot be used: lima is not installed');
});
