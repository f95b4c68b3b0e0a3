import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineDirectory } from '../../test/engines';
import { run, temporaryDirectory } from '../../test/run';
import { findEngine } from './engine';

const DOCKERFILE = `ARG NODE_IMAGE=registry.example/node:24
FROM \${NODE_IMAGE}
HEALTHCHECK CMD ["node", "healthcheck.js"]
CMD ["node", "main.js"]
`;

/** Runs `container-test` on a machine with these engines. */
async function containerTest(
  engines: Record<string, string>,
  args: string[] = [],
  env: Record<string, string> = {},
  dockerfile = DOCKERFILE,
) {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'dist'));
  writeFileSync(join(directory, 'dist/Dockerfile'), dockerfile);
  return run({ url: '' }, ['container-test', ...args].join(' '), {
    directory,
    env: { PATH: engineDirectory(engines), ...env },
    context: { findEngine },
  });
}

test('prints what is not tested and passes without a container engine', async () => {
  const { exitCode, text } = await containerTest({ docker: 'echo "no daemon" >&2; exit 1' });
  expect(exitCode).toBe(0);
  expect(text).toContain('SKIPPED: the image was NOT built, NOT run and NOT published.');
  expect(text).toContain('docker does not respond: no daemon');
});

test.each([
  ['--required', ['--required'], {}],
  ['CI in the environment', [], { CI: 'true' }],
  ['CONTAINER_TEST_REQUIRED', [], { CONTAINER_TEST_REQUIRED: 'true' }],
])('fails without a container engine with %s', async (_, args, env: Record<string, string>) => {
  const { exitCode, text } = await containerTest({}, args, env);
  expect(exitCode).toBe(1);
  expect(text).toContain('SKIPPED');
  expect(text).toContain('A container engine is required');
});

test('is skipped when the engine cannot pull the base image', async () => {
  const { exitCode, text } = await containerTest({ podman: 'test "$1" = info' });
  expect(exitCode).toBe(0);
  expect(text).toContain('SKIPPED');
  expect(text).toContain('registry.example/node:24 cannot be pulled');
});

test.each([
  ['--from', ['--from=mirror.example/node:24'], {}],
  ['CONTAINER_TEST_FROM', [], { CONTAINER_TEST_FROM: 'mirror.example/node:24' }],
])('uses the base image of %s', async (_, args, env: Record<string, string>) => {
  const { text } = await containerTest({ podman: 'test "$1" = info' }, args, env);
  expect(text).toContain('mirror.example/node:24 cannot be pulled');
});

test('fails when a named engine does not respond', async () => {
  const { exitCode, text } = await containerTest({}, [], { CONTAINER_ENGINE: 'lima' });
  expect(exitCode).toBe(1);
  expect(text).not.toContain('SKIPPED');
  expect(text).toContain('lima is not installed');
});

test('fails when the Dockerfile lacks an instruction that the test needs', async () => {
  const { exitCode, text } = await containerTest({}, [], {}, 'FROM node:24\n');
  expect(exitCode).toBe(1);
  expect(text).toContain('has no line like ARG NODE_IMAGE=node:24-slim');
});
