import { parseTemplate, type Stack } from '@spa-on-aws/cloudformation';
import { expect, test } from 'vitest';
import { resolveStacks } from '../../run/stacks';
import { ssm } from './service';

function stackWith(parameter: object, bucketName = 'files'): Stack {
  const Resources = {
    Greeting: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', ...parameter } },
    Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucketName } },
  };
  const template = parseTemplate(JSON.stringify({ Resources }), 'test.json');
  const stacks = [
    { name: 'test', template, files: new Map(), images: new Map(), sourceFiles: [] as string[] },
  ] as unknown as Parameters<typeof resolveStacks>[0];
  return resolveStacks(stacks, { region: 'eu-west-1', parameters: [] }).stack;
}

const bucketName = (stack: Stack): unknown => stack.resources.get('Files')?.properties['BucketName'];

test.each(['{{resolve:ssm:/app/name}}', '{{resolve:ssm:/app/name:1}}'])(
  '%s resolves to the value of the parameter',
  (reference) => {
    const stack = stackWith({ Name: '/app/name', Value: { Ref: 'AWS::Region' } }, `${reference}-files`);
    expect(bucketName(stack)).toBe('eu-west-1-files');
  },
);

test('a dynamic reference to a missing parameter is rejected with its place', () => {
  expect(() =>
    bucketName(stackWith({ Name: '/app/name', Value: 'x' }, '{{resolve:ssm:/app/nam}}')),
  ).toThrowError(
    'Resources.Files.Properties.BucketName: the value of {{resolve:ssm:/app/nam}} exists in AWS only',
  );
});

test('a parameter is provided by name and by ARN', () => {
  const stack = stackWith({ Name: '/app/name', Value: 'x' });
  expect([...(ssm.provides?.(ssm.readModel(stack, [] as never)) ?? [])]).toEqual([
    { kind: 'parameter', id: '/app/name' },
    { kind: 'parameter', id: 'arn:aws:ssm:eu-west-1:000000000000:parameter/app/name' },
  ]);
});

test('a parameter value that does not match AllowedPattern is rejected', () => {
  const stack = stackWith({ Value: 'Hello', AllowedPattern: '[a-z]+' });
  expect(() => ssm.readModel(stack, [] as never)).toThrowError(
    'Greeting (AWS::SSM::Parameter) Value: does not match AllowedPattern [a-z]+.',
  );
});
