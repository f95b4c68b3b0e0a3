import { expect, test } from 'vitest';
import { z } from 'zod';
import { withoutEffect } from './properties';
import type { ResourceTypes } from './resolved-template';
import { Stack } from './stack';
import { parseTemplate } from './template';

const RESOURCE_TYPES: ResourceTypes = {
  'AWS::S3::Bucket': {
    ref: (bucket) => String(bucket.property('BucketName')),
    attributes: { Arn: (bucket) => `arn:aws:s3:::${String(bucket.property('BucketName'))}` },
  },
};

function stackOf(template: object, parameters: Record<string, string> = {}): Stack {
  return new Stack({
    template: parseTemplate(JSON.stringify(template), 'test.json'),
    stackName: 'test',
    region: 'eu-west-1',
    accountId: '000000000000',
    resourceTypes: RESOURCE_TYPES,
    parameters,
  });
}

/** Resolves a property in a template that has one of everything to refer to. */
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
  ['Fn::If', { 'Fn::If': ['Yes', 'then', { 'Fn::Select': [9, ['not looked at']] }] }, 'then'],
  ['Fn::If with and', { 'Fn::If': ['Both', 'then', 'else'] }, 'else'],
  ['Fn::If with or', { 'Fn::If': ['Either', 'then', 'else'] }, 'then'],
  ['Fn::Base64', { 'Fn::Base64': 'abc' }, 'YWJj'],
  ['Fn::Contains', { 'Fn::Contains': [{ Ref: 'Zones' }, 'b'] }, true],
  ['Fn::EachMemberEquals', { 'Fn::EachMemberEquals': [['a', 'a'], 'a'] }, true],
  ['Fn::EachMemberIn', { 'Fn::EachMemberIn': [{ Ref: 'Zones' }, ['a']] }, false],
  ['Fn::Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }, ['10.0.0.0/24', '10.0.1.0/24']],
  [
    'Fn::Cidr of version 6',
    { 'Fn::Select': [1, { 'Fn::Cidr': ['2001:db8::/56', '3', '64'] }] },
    '2001:db8:0:1::/64',
  ],
  [
    'functions inside functions',
    {
      'Fn::Join': [
        '/',
        { 'Fn::Split': [',', { 'Fn::Sub': ['${x},${Size}', { x: { 'Fn::If': ['No', 1, 2] } }] }] },
      ],
    },
    '2/3',
  ],
  ['Fn::GetAZs of a region', { 'Fn::Select': ['2', { 'Fn::GetAZs': 'us-west-2' }] }, 'us-west-2c'],
  ['Fn::GetAZs', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'eu-west-1a'],
  ['AWS::NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ['AWS::NoValue in a list', [1, { Ref: 'AWS::NoValue' }, 2], [1, 2]],
])('%s', (_, value, expected) => {
  expect(resolved(value)).toEqual(expected);
});

test.each([
  ['a string', '{{resolve:ssm:/a}}'],
  ['the result of Fn::Sub', { 'Fn::Sub': '{{resolve:ssm:/${AWS::Region}}}' }],
  ['the result of Fn::Join', { 'Fn::Join': ['', ['{{resolve:ssm:/', { Ref: 'AWS::Region' }, '}}']] }],
])('dynamic references are resolved in %s', (_, value) => {
  const stack = new Stack({
    template: parseTemplate(
      JSON.stringify({ Resources: { Thing: { Type: 'Test::Thing', Properties: { value } } } }),
      't',
    ),
    stackName: 'test',
    region: 'eu-west-1',
    accountId: '000000000000',
    resourceTypes: {},
    resolveReference: (reference) => `<${reference}>`,
  });
  expect(stack.resources.get('Thing')?.properties['value']).toMatch(/^<ssm:\/(a|eu-west-1)>$/);
});

test('a resource of an unknown type has a name that does not change', () => {
  expect(resolved({ Ref: 'Role' })).toBe(resolved({ Ref: 'Role' }));
});

test.each([
  ['AWS::EC2::Instance', 'PublicDnsName', /^ec2(-\d{1,3}){4}\.eu-west-1\.compute\.amazonaws\.com$/],
  ['AWS::EC2::Instance', 'PrivateIp', /^10\.0\.0\.\d{1,3}$/],
  ['AWS::EC2::EIP', 'PublicIp', /^203\.0\.113\.\d{1,3}$/],
  ['AWS::IAM::Role', 'Arn', /^arn:aws:iam::000000000000:role\/test-One-[a-z0-9]{12}$/],
  ['AWS::Lambda::Function', 'Arn', /^arn:aws:lambda:eu-west-1:000000000000:function:test-One-[a-z0-9]{12}$/],
  ['AWS::Lambda::Url', 'FunctionUrl', /^https:\/\/[a-z0-9]{32}\.lambda-url\.eu-west-1\.on\.aws\/$/],
  [
    'AWS::ApiGatewayV2::Api',
    'ApiEndpoint',
    /^https:\/\/[a-z0-9]{10}\.execute-api\.eu-west-1\.amazonaws\.com$/,
  ],
  ['AWS::SQS::Queue', 'Arn', /^arn:aws:sqs:eu-west-1:000000000000:test-One-[a-z0-9]{12}$/],
])('the attribute of %s %s has its shape on AWS', (Type, attribute, shape) => {
  const stack = stackOf({
    Resources: {
      One: { Type },
      It: { Type: 'Test::It', Properties: { Of: { 'Fn::GetAtt': ['One', attribute] } } },
    },
  });
  expect(stack.resources.get('It')?.properties['Of']).toMatch(shape);
});

test('an item of a Lambda ARN can be selected, as the CDK does for authorizers', () => {
  const stack = stackOf({
    Resources: {
      Fn: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'auth' } },
      It: {
        Type: 'Test::It',
        Properties: {
          Tail: { 'Fn::Select': [1, { 'Fn::Split': [':lambda:', { 'Fn::GetAtt': ['Fn', 'Arn'] }] }] },
        },
      },
    },
  });
  expect(stack.resources.get('It')?.properties['Tail']).toBe('eu-west-1:000000000000:function:auth');
});

/** A template whose resource `It` has a value made of an attribute that only AWS knows. */
const withUnknown = (value: unknown): object => ({
  Resources: {
    Db: { Type: 'Test::Database' },
    It: { Type: 'Test::It', Properties: { Host: value, Note: value } },
  },
});

const HOST_ONLY = z.strictObject({ Host: z.unknown(), ...withoutEffect('Note') });

test.each([
  ['attribute', { 'Fn::GetAtt': ['Db', 'Endpoint.Address'] }],
  ['text with it', { 'Fn::Sub': 'https://${Db.Endpoint.Address}/' }],
  [
    'selected part',
    { 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Db', 'Endpoint.Address'] }] }] },
  ],
  ['encoded text', { 'Fn::Base64': { 'Fn::GetAtt': ['Db', 'Endpoint.Address'] } }],
  ['join of an unknown list', { 'Fn::Join': [',', { 'Fn::GetAtt': ['Db', 'Endpoint.Address'] }] }],
])('read refuses an attribute that only AWS knows where it matters: %s', (_, value) => {
  expect(() => stackOf(withUnknown(value)).resources.get('It')?.read(HOST_ONLY)).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_PROPERTY',
      message:
        'It (Test::It) Host: the value of Db.Endpoint.Address (Test::Database) exists in AWS only. ' +
        'Set it with --attribute Db.Endpoint.Address=sample-db.endpoint.address',
    }),
  );
});

test('read accepts an attribute that only AWS knows where it has no effect', () => {
  const it = stackOf(withUnknown({ 'Fn::GetAtt': ['Db', 'Endpoint.Address'] })).resources.get('It');
  expect(() => it?.read(z.strictObject(withoutEffect('Host', 'Note')))).not.toThrow();
});

test('a given attribute is the value of Fn::GetAtt', () => {
  const stack = new Stack({
    template: parseTemplate(
      JSON.stringify(withUnknown({ 'Fn::GetAtt': ['Db', 'Endpoint.Address'] })),
      'a.json',
    ),
    stackName: 'test',
    region: 'eu-west-1',
    accountId: '000000000000',
    resourceTypes: RESOURCE_TYPES,
    attributes: { 'Db.Endpoint.Address': 'db.example.com' },
  });
  expect(stack.resources.get('It')?.read(HOST_ONLY)).toMatchObject({ Host: 'db.example.com' });
});

test('an output shows the name of an attribute that only AWS knows', () => {
  const stack = stackOf({
    Resources: { Db: { Type: 'Test::Database' } },
    Outputs: { Url: { Value: { 'Fn::Sub': 'https://${Db.Address}' } } },
  });
  expect(stack.outputs()).toEqual({ Url: 'https://<Db.Address>' });
});

test('leaves out properties that are AWS::NoValue', () => {
  const stack = stackOf({ Resources: { It: { Type: 'Test::It', Properties: { Ref: 'AWS::NoValue' } } } });
  expect(stack.resources.get('It')?.read(z.strictObject({ A: z.string().optional() }))).toEqual({});
  expect(() => stack.resources.get('It')?.read(z.strictObject({ A: z.string() }))).toThrowError(
    expect.objectContaining({ code: 'ERR_INVALID_PROPERTY', message: 'It (Test::It) A: is missing.' }),
  );
});

test('an output of AWS::NoValue is refused with its place', () => {
  const stack = stackOf({ Resources: {}, Outputs: { A: { Value: { Ref: 'AWS::NoValue' } } } });
  expect(() => stack.outputs()).toThrowError('Outputs.A.Value: an output needs a value, not AWS::NoValue.');
});

/** Buckets of which each has the name of the one before, twice. */
const doubled = (count: number): object => ({
  Resources: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `B${index}`,
      {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName:
            index === 0 ? 'a' : { 'Fn::Join': ['', [{ Ref: `B${index - 1}` }, { Ref: `B${index - 1}` }]] },
        },
      },
    ]),
  ),
});

test('text is at most as long as the largest template', () => {
  expect(stackOf(doubled(21)).resources.get('B20')?.ref).toHaveLength(1_048_576);
  expect(() => stackOf(doubled(40)).resources.get('B39')?.ref).toThrowError(
    expect.objectContaining({
      code: 'ERR_INVALID_INTRINSIC',
      message: expect.stringContaining(
        'Resources.B21.Properties.BucketName: Fn::Join makes a text of 2097152',
      ),
    }),
  );
});

test.each([
  [
    'more addresses than there are',
    { 'Fn::Cidr': ['10.0.0.0/24', 3, 7] },
    'ERR_INVALID_INTRINSIC',
    'has no room for 3',
  ],
  [
    'a language extension without it',
    { 'Fn::Length': ['a'] },
    'ERR_INVALID_INTRINSIC',
    'AWS::LanguageExtensions',
  ],
  [
    'an Fn::Sub of an object',
    { 'Fn::Sub': ['${AWS::Region}', 'b'] },
    'ERR_INVALID_INTRINSIC',
    'mapping of its variables',
  ],
  ['an unknown pseudo parameter', { Ref: 'AWS::Moon' }, 'ERR_DANGLING_REFERENCE', 'AWS::Moon'],
  ['an unknown intrinsic', { 'Fn::Nonsense': [] }, 'ERR_UNKNOWN_INTRINSIC', 'Resources.It.Properties.Value'],
  ['a selection out of range', { 'Fn::Select': [3, ['a']] }, 'ERR_INVALID_INTRINSIC', 'no item 3'],
  ['a join of objects', { 'Fn::Join': ['', [{ a: 1 }]] }, 'ERR_INVALID_INTRINSIC', 'Fn::Join needs a string'],
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
])('rejects %s with its place', (_, value, code, message) => {
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
])('rejects a dangling %s before anything is resolved', (_, value) => {
  const template = { Resources: { It: { Type: 'Test::It', Properties: { Deep: [{ Value: value }] } } } };
  expect(() => stackOf(template)).toThrowError(
    expect.objectContaining({
      code: 'ERR_DANGLING_REFERENCE',
      path: 'Resources.It.Properties.Deep[0].Value',
    }),
  );
});

test('reports a circular dependency of resources', () => {
  const template = {
    Resources: {
      A: { Type: 'Test::It', Properties: { Other: { Ref: 'B' } } },
      B: { Type: 'Test::It', DependsOn: 'C' },
      C: { Type: 'Test::It', Properties: { Other: { 'Fn::Sub': '${A}' } } },
    },
  };
  expect(() => stackOf(template)).toThrowError(expect.objectContaining({ cycle: ['A', 'B', 'C', 'A'] }));
});

test('leaves out a resource whose condition is false', () => {
  const stack = stackOf({
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { A: { Type: 'Test::It', Condition: 'Never' }, B: { Type: 'Test::It' } },
  });
  expect(stack.ofType('Test::It').map(({ logicalId }) => logicalId)).toEqual(['B']);
});

test('inDependencyOrder returns resources after their dependencies', () => {
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

test('reports an unknown function in a resource that no service reads', () => {
  expect(() =>
    stackOf({ Resources: { It: { Type: 'Test::It', Properties: { A: [{ 'Fn::Nonsense': 1 }] } } } }),
  ).toThrowError(
    expect.objectContaining({ code: 'ERR_UNKNOWN_INTRINSIC', path: 'Resources.It.Properties.A[0]' }),
  );
});

test('language extensions: length, JSON text and a default of a mapping', () => {
  const template = {
    Transform: 'AWS::LanguageExtensions',
    Mappings: { Sizes: { small: { x: 1 } } },
    Resources: {
      It: {
        Type: 'Test::It',
        Properties: {
          Length: { 'Fn::Length': { 'Fn::Split': [',', 'a,b,c'] } },
          Json: { 'Fn::ToJsonString': { a: [{ Ref: 'AWS::Region' }] } },
          Mapped: { 'Fn::FindInMap': ['Sizes', 'big', 'x', { DefaultValue: { Ref: 'AWS::Region' } }] },
        },
      },
    },
  };
  expect(stackOf(template).resources.get('It')?.properties).toEqual({
    Length: 3,
    Json: '{"a":["eu-west-1"]}',
    Mapped: 'eu-west-1',
  });
});

test('rejects a reference to a resource whose condition is false', () => {
  const stack = stackOf({
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: {
      A: { Type: 'AWS::S3::Bucket', Condition: 'Never' },
      It: {
        Type: 'Test::It',
        Properties: { Kept: { 'Fn::If': ['Never', { Ref: 'A' }, 1] }, Of: { Ref: 'A' } },
      },
    },
  });
  expect(() => stack.resources.get('It')?.properties).toThrowError(
    'Resources.It.Properties.Of: the resource A does not exist: its condition Never is false.',
  );
});

test('reports a circular dependency of conditions', () => {
  const Conditions = { A: { 'Fn::Not': [{ Condition: 'B' }] }, B: { 'Fn::Not': [{ Condition: 'A' }] } };
  expect(() => stackOf({ Conditions, Resources: {} })).toThrowError('between conditions: A → B → A');
});

test('rejects a template when a rule fails, and does not check rules about values in AWS', () => {
  const rule = (assertion: unknown) => ({
    Parameters: {
      Stage: { Type: 'String', Default: 'prod' },
      Version: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/bootstrap' },
    },
    Rules: {
      Check: {
        RuleCondition: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
        Assertions: [{ Assert: assertion, AssertDescription: 'not like this' }],
      },
    },
    Resources: {},
  });
  expect(() => stackOf(rule({ 'Fn::Equals': ['a', 'b'] }))).toThrowError(
    'Rules.Check.Assertions[0]: not like this',
  );
  expect(() => stackOf(rule({ 'Fn::Equals': [{ Ref: 'Version' }, '6'] }))).not.toThrowError();
  expect(() => stackOf(rule({ 'Fn::Equals': [{ Ref: 'Version' }, '6'] }), { Version: '5' })).toThrowError(
    'not like this',
  );
});

test('read throws different errors for an unknown property and an invalid value, with their places', () => {
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

test('read converts a scalar to the type of the schema, like CloudFormation', () => {
  const stack = stackOf({
    Resources: { It: { Type: 'Test::It', Properties: { Text: 404, Deep: [{ Flag: 'true', Size: '5' }] } } },
  });
  const schema = z.strictObject({
    Text: z.string(),
    Deep: z.array(z.strictObject({ Flag: z.boolean(), Size: z.number() })),
  });
  expect(stack.resources.get('It')?.read(schema)).toEqual({ Text: '404', Deep: [{ Flag: true, Size: 5 }] });
});
