import { expect, test } from 'vitest';
import { engineDirectory } from '../../test/engines';
import { findEngine } from './engine';

const never = new AbortController().signal;

test('finds the first engine that responds', async () => {
  const PATH = engineDirectory({
    docker: 'echo "no daemon" >&2; exit 1',
    podman: 'test "$1" = info',
    finch: 'exit 0',
  });
  expect(await findEngine({ PATH }, never)).toEqual({ engine: 'podman' });
});

test('prefers the engine of CONTAINER_ENGINE, then of CDK_DOCKER', async () => {
  const PATH = engineDirectory({ docker: 'exit 0', podman: 'exit 0', finch: 'exit 0' });
  const env = { PATH, CDK_DOCKER: 'podman' };
  expect(await findEngine(env, never)).toEqual({ engine: 'podman' });
  expect(await findEngine({ ...env, CONTAINER_ENGINE: 'finch' }, never)).toEqual({ engine: 'finch' });
});

test('reports the problem of each engine when none responds', async () => {
  const PATH = engineDirectory({ docker: 'echo "is the daemon running?" >&2; exit 1' });
  expect(await findEngine({ PATH }, never)).toEqual({
    problem:
      'no container engine responds: docker does not respond: is the daemon running?; podman is not installed; ' +
      'finch is not installed; nerdctl is not installed',
    remedy: 'install and start one of them, or name another in CONTAINER_ENGINE',
  });
});

test('does not replace a named engine that does not respond', async () => {
  const PATH = engineDirectory({ docker: 'exit 0' });
  expect(await findEngine({ PATH, CDK_DOCKER: 'finch' }, never)).toMatchObject({
    problem: 'the container engine of CDK_DOCKER cannot be used: finch is not installed',
    remedy: expect.stringContaining('unset CDK_DOCKER'),
  });
});
