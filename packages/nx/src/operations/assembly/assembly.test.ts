import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectWith } from '../../../test/operations/stage-assembly';
import { readSynthesizedStack } from './assembly';

test('it knows of a stage what a deployment needs', () => {
  const stack = readSynthesizedStack(join(projectWith('dev'), 'cdk.out'), 'dev');
  expect(stack).toMatchObject({
    name: 'spa-on-aws-dev',
    account: undefined,
    region: undefined,
    terminationProtection: false,
    bootstrap: { parameter: '/cdk-bootstrap/hnb659fds/version', version: 6 },
    imageCount: 1,
  });
  expect(Object.keys(stack.template.Resources).length).toBeGreaterThan(10);
  expect([...stack.directories.values()].every((directory) => existsSync(directory))).toBe(true);
});

test('a stage that keeps its data says so by its protection', () => {
  expect(readSynthesizedStack(join(projectWith('prod'), 'cdk.out'), 'prod').terminationProtection).toBe(true);
});

test('another stage in the assembly is told apart, with what synthesizes the right one', () => {
  const assembly = join(projectWith('dev'), 'cdk.out');
  expect(() => readSynthesizedStack(assembly, 'pr-12')).toThrow(
    expect.objectContaining({
      message: `${assembly} has spa-on-aws-dev, not spa-on-aws-pr-12.`,
      remedy: 'npx nx synth infra --stage=pr-12',
    }),
  );
});

test('no assembly is told by its place, with what makes one', () => {
  expect(() => readSynthesizedStack('/nowhere', 'dev')).toThrow(
    expect.objectContaining({
      message: '/nowhere is no cloud assembly: it has no manifest.json.',
      remedy: 'npx nx synth infra --stage=dev',
    }),
  );
});
