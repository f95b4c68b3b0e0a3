import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ResourceTypes, StackOptions } from './resolved-template';
import { Stack } from './stack';
import { parseTemplate } from './template';

const RESOURCE_TYPES: ResourceTypes = {
  'AWS::S3::Bucket': {
    ref: (bucket) => `${bucket.stackName}-${bucket.logicalId}-${bucket.id(12)}`.toLowerCase(),
    attributes: {
      Arn: (bucket) => `arn:aws:s3:::${bucket.stackName}-${bucket.logicalId}-${bucket.id(12)}`.toLowerCase(),
    },
  },
};

function options([stackName, template]: [string, object]): StackOptions {
  return {
    template: parseTemplate(JSON.stringify(template), `${stackName}.json`),
    stackName,
    region: 'eu-west-1',
    accountId: '000000000000',
    resourceTypes: RESOURCE_TYPES,
  };
}

function setOf(templates: Record<string, object>): Stack {
  const [first, ...others] = Object.entries(templates).map(options);
  if (!first) throw new Error('a set has at least one stack');
  return new Stack(first, ...others);
}

const exporting = (value: unknown, name: unknown = 'shared') => ({
  Resources: { It: { Type: 'AWS::S3::Bucket' } },
  Outputs: { Out: { Value: value, Export: { Name: name } } },
});

const importing = (name: unknown) => ({
  Resources: { It: { Type: 'Test::It', Properties: { Deep: [{ From: { 'Fn::ImportValue': name } }] } } },
});

test('a stack can import the export of another stack, in any order', () => {
  const stack = setOf({
    user: importing({ 'Fn::Sub': '${AWS::Region}-files' }),
    files: exporting({ 'Fn::GetAtt': ['It', 'Arn'] }, { 'Fn::Sub': '${AWS::Region}-files' }),
  });
  const arn = stack.resources.get('files.It')?.attribute('Arn');
  expect(arn).toMatch(/^arn:aws:s3:::files-it-/);
  expect(stack.resources.get('user.It')?.properties).toEqual({ Deep: [{ From: arn }] });
});

test('the same logical id in two stacks identifies two resources', () => {
  const bucket = { Resources: { It: { Type: 'AWS::S3::Bucket' } } };
  const stack = setOf({ one: bucket, two: bucket });
  expect(stack.ofType('AWS::S3::Bucket').map(({ logicalId }) => logicalId)).toEqual(['one.It', 'two.It']);
  expect(new Set(stack.ofType('AWS::S3::Bucket').map(({ ref }) => ref)).size).toBe(2);
  expect(stack.unread()).toEqual(new Map([['AWS::S3::Bucket', 2]]));
});

test('inDependencyOrder returns imported stacks first', () => {
  const stack = setOf({
    user: importing('shared'),
    files: { ...exporting('x'), Resources: { It: { Type: 'Test::It' } } },
  });
  expect(stack.inDependencyOrder('Test::It').map(({ logicalId }) => logicalId)).toEqual([
    'files.It',
    'user.It',
  ]);
});

test('refuses the use of an unknown export with its place and the known exports, and takes a value for it', () => {
  const Schema = z.strictObject({ Deep: z.array(z.strictObject({ From: z.string() })) });
  const stack = setOf({ user: importing('gone'), files: exporting('x') });
  expect(() => stack.resources.get('user.It')?.read(Schema)).toThrowError(
    'user.It (Test::It) Deep[0].From: no stack has the export gone; exports: shared. ' +
      'Run the stack with that export too, or set its value with --attribute gone=sample-gone',
  );
  const set = new Stack({ ...options(['user', importing('gone')]), attributes: { gone: 'here' } });
  expect(set.resources.get('It')?.read(Schema)).toEqual({ Deep: [{ From: 'here' }] });
});

test('ignores imports whose condition is false', () => {
  const template = {
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: {
      Absent: { Type: 'Test::It', Condition: 'Never', Properties: { A: { 'Fn::ImportValue': 'gone' } } },
      It: { Type: 'Test::It', Properties: { A: { 'Fn::If': ['Never', { 'Fn::ImportValue': 'gone' }, 1] } } },
    },
  };
  expect(setOf({ user: template }).resources.get('It')?.properties).toEqual({ A: 1 });
});

test('reports a circular dependency of stacks', () => {
  const both = (exported: string, imported: string) => ({
    ...importing(imported),
    Outputs: { Out: { Value: 1, Export: { Name: exported } } },
  });
  expect(() => setOf({ one: both('a', 'b'), two: both('b', 'a') })).toThrowError(
    'Circular dependency between stacks: one → two → one.',
  );
});

test('reports an export that two stacks have', () => {
  expect(() => setOf({ one: exporting(1), two: exporting(2) })).toThrowError(
    expect.objectContaining({
      code: 'ERR_DUPLICATE_EXPORT',
      message: 'Several stacks have the export shared: one, two.',
    }),
  );
});

test.each([
  [
    'a macro',
    { Transform: 'AWS::Serverless-2016-10-31', Resources: {} },
    'Transform: the macro "AWS::Serverless-2016-10-31" runs on AWS only',
  ],
  [
    'a nested stack that is not at hand',
    { Resources: { Child: { Type: 'AWS::CloudFormation::Stack' } } },
    'Resources.Child (AWS::CloudFormation::Stack): the template of this nested stack is not on this machine',
  ],
  [
    'a loop',
    { Resources: { 'Fn::ForEach::Many': ['x', [], {}] } },
    'Resources.Fn::ForEach::Many: loops need Transform: AWS::LanguageExtensions',
  ],
])('rejects %s', (_, template, message) => {
  expect(() => setOf({ one: template })).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_TEMPLATE',
      message: expect.stringContaining(`one.json: ${message}`),
    }),
  );
});

test('rejects an unknown section or resource attribute', () => {
  expect(() => setOf({ one: { Resources: {}, Resource: {} } })).toThrowError(/does not take "Resource"/);
  expect(() => setOf({ one: { Resources: { A: { Type: 'X', Propertys: {} } } } })).toThrowError(
    /Resources.A: does not take "Propertys"/,
  );
});

const withOutput = {
  Resources: { It: { Type: 'AWS::S3::Bucket' } },
  Outputs: { Arn: { Value: { 'Fn::GetAtt': 'It.Arn' } } },
};

const withParameter = (declaration: object) => ({
  Parameters: { Arn: { Type: 'String', ...declaration } },
  Resources: { It: { Type: 'Test::It', Properties: { Of: { Ref: 'Arn' } } } },
});

test('a parameter without a value has that of the only output of the same name in another stack', () => {
  const stack = setOf({ user: withParameter({}), files: withOutput });
  const arn = stack.resources.get('files.It')?.attribute('Arn');
  expect(stack.resources.get('user.It')?.properties).toEqual({ Of: arn });
  expect(stack.matchedParameters).toEqual([{ parameter: 'user.Arn', output: 'files.Arn', value: arn }]);
  expect(stack.inDependencyOrder('Test::It')).toHaveLength(1);
});

test('a parameter with a default or with two outputs of its name does not get an output', () => {
  const stack = setOf({ user: withParameter({ Default: 'none' }), files: withOutput });
  expect(stack.resources.get('user.It')?.properties).toEqual({ Of: 'none' });
  expect(() => setOf({ user: withParameter({}), files: withOutput, more: withOutput })).toThrowError(
    'Parameters: [Arn] must have values',
  );
});

test('a given value can name the output of another stack', () => {
  const [user, files] = [
    options(['user', withParameter({ Default: 'none' })]),
    options(['files', withOutput]),
  ];
  const stack = new Stack({ ...user, parameters: { Arn: 'files.Outputs.Arn' } }, files);
  expect(stack.resources.get('user.It')?.properties).toEqual({
    Of: stack.resources.get('files.It')?.attribute('Arn'),
  });
});
