import { expect, test } from 'vitest';
import { z } from 'zod';
import { s3ResourceTypes } from '../s3/resource-types';
import { withoutEffect } from './properties';
import { Stack } from './stack';
import { parseTemplate } from './template';

function stackOf(template: object, parameters: Record<string, string> = {}): Stack {
  return new Stack({
    template: parseTemplate(JSON.stringify(template), 'test.json'),
    stackName: 'test',
    region: 'eu-west-1',
    accountId: '000000000000',
    resourceTypes: s3ResourceTypes,
    parameters,
  });
}

/** What a property resolves to when it stands in a template with some of everything to refer to. */
function resolved(value: unknown, rest: object = {}): unknown {
  const stack = stackOf({
    Parameters: {
      Size: { Type: 'Number', Default: 3 },
      Zones: { Type: 'CommaDelimitedList', Default: 'a,b' },
    },
    Mappings: { Sizes: { 'eu-west-1': { big: 'x1' } } },
    Conditions: {
      Yes: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
      Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
      Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    },
    Resources: {
      Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'files' } },
      Role: { Type: 'AWS::IAM::Role' },
      It: { Type: 'Test::It', Properties: { Value: value } },
    },
    ...rest,
  });
  return stack.resources.get('It')?.properties['Value'];
}

test.each([
  ['Ref of a resource', { Ref: 'Files' }, 'files'],
  ['Ref of a parameter', { Ref: 'Size' }, '3'],
  ['Ref of a list parameter', { Ref: 'Zones' }, ['a', 'b']],
  ['Ref of a pseudo parameter', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
  ['Fn::GetAtt with a list', { 'Fn::GetAtt': ['Files', 'Arn'] }, 'arn:aws:s3:::files'],
  ['Fn::GetAtt with a string', { 'Fn::GetAtt': 'Files.Arn' }, 'arn:aws:s3:::files'],
  [
    'Fn::Sub with names',
    { 'Fn::Sub': '${Files}/${Files.Arn}/${AWS::Region}/${!kept}' },
    'files/arn:aws:s3:::files/eu-west-1/${kept}',
  ],
  ['Fn::Sub with variables', { 'Fn::Sub': ['${a}-${Size}', { a: { Ref: 'Files' } }] }, 'files-3'],
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Size' }, 'c']] }, 'a-3-c'],
  ['Fn::Select', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'big'] }, 'x1'],
  ['Fn::If', { 'Fn::If': ['Yes', 'then', { 'Fn::Nonsense': 'not looked at' }] }, 'then'],
  ['Fn::If with and', { 'Fn::If': ['Both', 'then', 'else'] }, 'else'],
  ['Fn::If with or', { 'Fn::If': ['Either', 'then', 'else'] }, 'then'],
  ['Fn::Base64', { 'Fn::Base64': 'abc' }, 'YWJj'],
  ['Fn::GetAZs', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'eu-west-1a'],
  ['AWS::NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ['AWS::NoValue in a list', [1, { Ref: 'AWS::NoValue' }, 2], [1, 2]],
])('%s', (_, value, expected) => {
  expect(resolved(value)).toEqual(expected);
});

test('a type nobody knows still has a name, always the same', () => {
  expect(resolved({ Ref: 'Role' })).toBe(resolved({ Ref: 'Role' }));
  expect(resolved({ 'Fn::GetAtt': ['Role', 'Arn'] })).toContain('Role');
});

test.each([
  ['an unknown intrinsic', { 'Fn::Nonsense': [] }, 'ERR_UNKNOWN_INTRINSIC', 'Resources.It.Properties.Value'],
  ['a selection out of range', { 'Fn::Select': [3, ['a']] }, 'ERR_INVALID_INTRINSIC', 'no item 3'],
  ['a join of objects', { 'Fn::Join': ['', [{ a: 1 }]] }, 'ERR_INVALID_INTRINSIC', 'Fn::Join takes a string'],
  [
    'a missing attribute',
    { 'Fn::GetAtt': ['Files', 'Colour'] },
    'ERR_DANGLING_REFERENCE',
    'no attribute Colour',
  ],
  [
    'a missing mapping key',
    { 'Fn::FindInMap': ['Sizes', 'mars', 'big'] },
    'ERR_DANGLING_REFERENCE',
    'mars.big',
  ],
])('%s is refused with its place', (_, value, code, message) => {
  expect(() => resolved(value)).toThrowError(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

test.each([
  ['Ref', { Ref: 'Gone' }],
  ['Fn::GetAtt', { 'Fn::GetAtt': ['Gone', 'Arn'] }],
  ['Fn::Sub', { 'Fn::Sub': 'x ${Gone.Arn}' }],
  ['Fn::If', { 'Fn::If': ['Gone', 1, 2] }],
  ['Fn::FindInMap', { 'Fn::FindInMap': ['Gone', 'a', 'b'] }],
])('a dangling %s stops the template before anything is resolved', (_, value) => {
  const template = { Resources: { It: { Type: 'Test::It', Properties: { Deep: [{ Value: value }] } } } };
  expect(() => stackOf(template)).toThrowError(
    expect.objectContaining({
      code: 'ERR_DANGLING_REFERENCE',
      path: 'Resources.It.Properties.Deep[0].Value',
    }),
  );
});

test('resources that need each other are reported with the way around', () => {
  const template = {
    Resources: {
      A: { Type: 'Test::It', Properties: { Other: { Ref: 'B' } } },
      B: { Type: 'Test::It', DependsOn: 'C' },
      C: { Type: 'Test::It', Properties: { Other: { 'Fn::Sub': '${A}' } } },
    },
  };
  expect(() => stackOf(template)).toThrowError(expect.objectContaining({ cycle: ['A', 'B', 'C', 'A'] }));
});

test('a resource whose condition does not hold is not there', () => {
  const stack = stackOf({
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { A: { Type: 'Test::It', Condition: 'Never' }, B: { Type: 'Test::It' } },
  });
  expect(stack.ofType('Test::It').map(({ logicalId }) => logicalId)).toEqual(['B']);
});

test('resources come after what they depend on', () => {
  const stack = stackOf({
    Resources: {
      Last: { Type: 'Test::It', DependsOn: ['Middle'] },
      Middle: { Type: 'Test::It', Properties: { Of: { Ref: 'First' } } },
      First: { Type: 'Test::It' },
    },
  });
  expect(stack.inDependencyOrder('Test::It').map(({ logicalId }) => logicalId)).toEqual([
    'First',
    'Middle',
    'Last',
  ]);
});

test('a parameter without a value and a value without a parameter are refused', () => {
  const template = { Parameters: { Size: { Type: 'String' } }, Resources: {} };
  expect(() => stackOf(template)).toThrowError(/Size has no default/);
  expect(() => stackOf(template, { Size: '1', Colour: 'red' })).toThrowError(/no parameter Colour.*Size/);
});

test('an unknown property and a wrong value are different errors, each with its place', () => {
  const stack = stackOf({
    Resources: { It: { Type: 'Test::It', Properties: { List: [{ Size: 'big', Colour: 'red' }], Note: 1 } } },
  });
  const Size = z.strictObject({ Size: z.number(), ...withoutEffect('Colour') });
  const it = stack.resources.get('It');
  expect(() => it?.read(z.strictObject({ List: z.array(Size) }))).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_PROPERTY',
      message: expect.stringContaining('It (Test::It) Note'),
    }),
  );
  expect(() => it?.read(z.strictObject({ List: z.array(Size), ...withoutEffect('Note') }))).toThrowError(
    expect.objectContaining({
      code: 'ERR_INVALID_PROPERTY',
      message: expect.stringContaining('It (Test::It) List[0].Size'),
    }),
  );
});
