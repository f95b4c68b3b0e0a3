import { expect, test } from 'vitest';
import { smallBuilds } from '../test/synthesized';
import { InvalidOptions, stackPropsFrom } from './options';

const reader = (context: Record<string, unknown>) => (key: string) => context[key];

function problemsOf(context: Record<string, unknown>): readonly string[] {
  try {
    stackPropsFrom(reader({ ...smallBuilds(), ...context }), '/workspace');
  } catch (error) {
    if (error instanceof InvalidOptions) return error.problems;
    throw error;
  }
  return [];
}

test('without options the stage is dev and the prefix is left to the stack', () => {
  const builds = smallBuilds();
  expect(stackPropsFrom(reader(builds), '/workspace')).toEqual({ stageName: 'dev', ...builds });
});

test.each(['dev', 'prod', 'pr-123', 'x', 'a1234567890123456789'])('%s is a stage', (stage) => {
  expect(problemsOf({ stage })).toEqual([]);
});

test.each(['Dev', 'dev_1', '1dev', 'dev-', '', 'a12345678901234567890'])('%j is no stage', (stage) => {
  expect(problemsOf({ stage }).join()).toContain(`stage '${stage}' is no stage name`);
});

test('a stage that would put a reserved word into the sign-in domain is refused (CG-AD-07)', () => {
  expect(problemsOf({ stage: 'paws' })).toEqual([expect.stringContaining("stage 'paws' contains 'aws'")]);
  expect(problemsOf({ stage: 'paws', domainPrefix: 'greetings' })).toEqual([]);
});

test('a chosen domain prefix is checked', () => {
  expect(problemsOf({ domainPrefix: 'my-cognito' })).toEqual([
    expect.stringContaining("domainPrefix 'my-cognito' contains 'cognito'"),
  ]);
});

test('all problems are told at once, each with its place and its remedy', () => {
  const read = reader({ stage: 7, webBuild: 'nowhere/web' });
  expect(() => stackPropsFrom(read, '/workspace')).toThrow(
    [
      'The infrastructure cannot be synthesized:',
      '  - stage is 7, not a text: pass it as -c stage=…',
      "  - webBuild /workspace/nowhere/web has no index.html: run 'npx nx build web', or name another directory by -c webBuild=…",
      "  - apiBuild /workspace/apps/api/dist has no Dockerfile: run 'npx nx build api', or name another directory by -c apiBuild=…",
    ].join('\n'),
  );
});
