import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '@spa-on-aws/infra';
import { findEngine } from './container-engine';

/** A PATH with engines, each doing what its script says. */
function path(engines: Record<string, string>): string {
  const directory = temporaryDirectory();
  for (const [name, script] of Object.entries(engines)) {
    writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  return directory;
}

const never = new AbortController().signal;

test('the first engine that answers is taken', async () => {
  const PATH = path({ docker: 'echo "no daemon" >&2; exit 1', podman: 'test "$1" = info', finch: 'exit 0' });
  expect(await findEngine({ PATH }, never)).toEqual({ engine: 'podman' });
});

test('an engine that is named is taken before all others, ours before the one of the CDK', async () => {
  const PATH = path({ docker: 'exit 0', podman: 'exit 0', finch: 'exit 0' });
  const env = { PATH, CDK_DOCKER: 'podman' };
  expect(await findEngine(env, never)).toEqual({ engine: 'podman' });
  expect(await findEngine({ ...env, CONTAINER_ENGINE: 'finch' }, never)).toEqual({ engine: 'finch' });
});

test('when none answers, it is told what each of them said', async () => {
  const PATH = path({ docker: 'echo "is the daemon running?" >&2; exit 1' });
  expect(await findEngine({ PATH }, never)).toEqual({
    problem:
      'no container engine answers: docker does not answer: is the daemon running?; podman is not installed; ' +
      'finch is not installed; nerdctl is not installed',
    remedy: 'install and start one of them, or name another in CONTAINER_ENGINE',
  });
});

test('when the one that is named does not answer, no other is taken behind its back', async () => {
  const PATH = path({ docker: 'exit 0' });
  expect(await findEngine({ PATH, CDK_DOCKER: 'finch' }, never)).toMatchObject({
    problem: 'the container engine that CDK_DOCKER names cannot be used: finch is not installed',
    remedy: expect.stringContaining('unset CDK_DOCKER'),
  });
});
