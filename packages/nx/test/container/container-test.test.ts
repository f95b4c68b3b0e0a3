import { expect, test } from 'vitest';
import { runOnMachineWith } from './machine';

test('where there is no engine it says loudly what is not proved, and passes', () => {
  const { status, stdout } = runOnMachineWith({ docker: false }, 'container-test.mjs');
  expect(status).toBe(0);
  expect(stdout).toContain('SKIPPED: the image was NOT built, NOT run and NOT published.');
  expect(stdout).toContain('docker: does not answer: no daemon');
  expect(stdout).toContain('A Docker for this run only cannot be started');
});

test.each([
  ['--required', ['--required'], {}],
  ['CI in the environment', [], { CI: 'true' }],
  ['CONTAINER_TEST_REQUIRED', [], { CONTAINER_TEST_REQUIRED: 'true' }],
])('where there is no engine it fails with %s', (_, args, env: Record<string, string>) => {
  const { status, stdout, stderr } = runOnMachineWith({}, 'container-test.mjs', args, env);
  expect(status).toBe(1);
  expect(stdout).toContain('SKIPPED');
  expect(stderr).toContain('A container engine is required');
});

test('an engine that is named and cannot have the base image is not replaced by another', () => {
  const { status, stdout } = runOnMachineWith({ podman: true }, 'container-test.mjs', [], {
    CONTAINER_ENGINE: 'podman',
  });
  expect(status).toBe(0);
  expect(stdout).toContain('SKIPPED');
  expect(stdout).toContain('cannot be pulled');
  expect(stdout).not.toContain('for this run only');
});

test('an engine that is named and does not answer is an error, not a reason to skip', () => {
  const { status, stdout, stderr } = runOnMachineWith({}, 'container-test.mjs', [], {
    CONTAINER_ENGINE: 'lima',
  });
  expect(status).toBe(1);
  expect(stdout).not.toContain('SKIPPED');
  expect(stderr).toContain('lima: not installed');
});

test('an unknown option is refused with the list of those it has', () => {
  const { status, stderr } = runOnMachineWith({}, 'container-test.mjs', ['--requird']);
  expect(status).toBe(1);
  expect(stderr).toContain("Unknown option '--requird'");
  expect(stderr).toContain('--required ');
});
