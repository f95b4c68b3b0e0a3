import { expect, test } from 'vitest';
import { runOnMachineWith } from './machine';

function containerize(
  engines: Record<string, boolean>,
  args: string[] = [],
  env: Record<string, string> = {},
) {
  return runOnMachineWith(engines, 'containerize.mjs', args, env);
}

test('the first engine that answers builds the image', () => {
  const { status, stdout } = containerize({ docker: false, podman: true, nerdctl: true });
  expect(status).toBe(0);
  expect(stdout).toMatch(/podman runs build --tag spa-on-aws-api \S+dist, format docker/);
});

test('CONTAINER_ENGINE wins over CDK_DOCKER, and both over what answers', () => {
  const engines = { docker: true, finch: true, nerdctl: true };
  expect(containerize(engines, [], { CDK_DOCKER: 'finch' }).stdout).toContain('finch runs build');
  expect(containerize(engines, [], { CDK_DOCKER: 'finch', CONTAINER_ENGINE: 'nerdctl' }).stdout).toContain(
    'nerdctl runs build',
  );
});

test('name, platform and base image can be told', () => {
  const args = ['--tag=greeter:7', '--platform=linux/arm64', '--from=mirror.example/node:24'];
  const { stdout } = containerize({ docker: true }, args);
  expect(stdout).toContain(
    'docker runs build --tag greeter:7 --platform linux/arm64 --build-arg NODE_IMAGE=mirror.example/node:24',
  );
});

test('each option has a variable that may stand for it', () => {
  const variables = { CONTAINERIZE_TAG: 'greeter:8', CONTAINERIZE_PLATFORM: 'linux/amd64' };
  const { stdout } = containerize({ docker: true }, ['--tag=greeter:9'], variables);
  expect(stdout).toContain('docker runs build --tag greeter:9 --platform linux/amd64');
});

test('--help lists the options and builds nothing', () => {
  const { status, stdout } = containerize({ docker: true }, ['--help']);
  expect(status).toBe(0);
  expect(stdout).toContain('--platform=<platform>');
  expect(stdout).not.toContain('docker runs');
});

test.each([
  ['--platfrom=linux/arm64', "Unknown option '--platfrom'"],
  ['--platform=arm', "--platform is 'arm': it is written as linux/arm64"],
  ['--tag', "Option '--tag <value>' argument missing"],
  ['image', "Unexpected argument 'image'"],
])('%s is refused with the list of options', (option, problem) => {
  const { status, stdout, stderr } = containerize({ docker: true }, [option]);
  expect(status).toBe(1);
  expect(stderr).toContain(problem);
  expect(stderr).toContain('--from=<from>');
  expect(stdout).toBe('');
});

test('without an engine it says what was tried and what to do', () => {
  const { status, stderr } = containerize({ docker: false });
  expect(status).toBe(1);
  expect(stderr).toContain('docker: does not answer: no daemon');
  expect(stderr).toContain('podman: not installed');
  expect(stderr).toContain('CONTAINER_ENGINE');
});

test('an engine that is named and does not answer is not replaced by another', () => {
  const { status, stderr } = containerize({ docker: true }, [], { CONTAINER_ENGINE: 'lima' });
  expect(status).toBe(1);
  expect(stderr).toContain('CONTAINER_ENGINE');
  expect(stderr).toContain('lima: not installed');
});
