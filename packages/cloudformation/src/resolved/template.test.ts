import { expect, test } from 'vitest';
import { checkTemplate } from './template';

test('names the macro of a template before it looks at sections that only the macro takes', () => {
  const template = {
    Transform: 'AWS::Serverless-2016-10-31',
    Globals: { Function: { Timeout: 3 } },
    Resources: { Fn: { Type: 'AWS::Serverless::Function', Connectors: {} } },
  };
  expect(() => checkTemplate(template, 'a.yaml')).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_TEMPLATE',
      message: expect.stringContaining('the macro "AWS::Serverless-2016-10-31" runs on AWS only'),
    }),
  );
});

const Transform = 'AWS::LanguageExtensions';

test('expands loops over lists and list parameters, also inside loops, in keys, names and values', () => {
  const template = {
    Transform: ['AWS::LanguageExtensions'],
    Parameters: { Names: { Type: 'CommaDelimitedList', Default: 'Orders, Users' } },
    Resources: {
      'Fn::ForEach::Tables': [
        'Name',
        { Ref: 'Names' },
        {
          'Table${Name}': {
            Type: 'AWS::DynamoDB::Table',
            Properties: { TableName: { Ref: 'Name' }, Label: { 'Fn::Sub': '${AWS::StackName}-${Name}' } },
          },
        },
      ],
      'Fn::ForEach::Buckets': [
        'Bucket',
        ['a-1', 'b.2'],
        { 'Files&{Bucket}': { Type: 'AWS::S3::Bucket', Properties: { BucketName: '${Bucket}' } } },
      ],
    },
    Outputs: {
      'Fn::ForEach::Names': [
        'Name',
        ['Orders', 'Users'],
        {
          'Fn::ForEach::Attributes': [
            'Attribute',
            ['Arn', 'StreamArn'],
            {
              '${Name}${Attribute}': {
                Value: { 'Fn::GetAtt': [{ 'Fn::Sub': 'Table${Name}' }, { Ref: 'Attribute' }] },
              },
            },
          ],
        },
      ],
    },
  };
  const { Resources, Outputs } = checkTemplate(template, 'a.yaml');
  const table = (name: string) => ({
    Type: 'AWS::DynamoDB::Table',
    Properties: { TableName: name, Label: { 'Fn::Sub': `\${AWS::StackName}-${name}` } },
  });
  expect(Resources).toEqual({
    TableOrders: table('Orders'),
    TableUsers: table('Users'),
    Filesa1: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'a-1' } },
    Filesb2: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'b.2' } },
  });
  expect(Outputs).toEqual({
    OrdersArn: { Value: { 'Fn::GetAtt': ['TableOrders', 'Arn'] } },
    OrdersStreamArn: { Value: { 'Fn::GetAtt': ['TableOrders', 'StreamArn'] } },
    UsersArn: { Value: { 'Fn::GetAtt': ['TableUsers', 'Arn'] } },
    UsersStreamArn: { Value: { 'Fn::GetAtt': ['TableUsers', 'StreamArn'] } },
  });
  expect(
    Object.keys(checkTemplate({ ...template, Outputs: {} }, 'a.yaml', { Names: 'One' }).Resources),
  ).toContain('TableOne');
});

test.each<[string, unknown, string]>([
  ['without body', ['Name', ['a']], 'a loop is a list of an identifier, a collection, and what to repeat'],
  [
    'over an unknown value',
    ['Name', { Ref: 'AWS::NotificationARNs' }, { '${Name}': {} }],
    'the collection is not a list that is known here',
  ],
  [
    'with the same key twice',
    ['Name', ['a', 'b'], { Same: {} }],
    'makes Same twice. Use ${Name} in the key.',
  ],
])('rejects a loop %s', (_, loop, message) => {
  const template = { Transform, Resources: { 'Fn::ForEach::Many': loop } };
  expect(() => checkTemplate(template, 'a.yaml')).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_TEMPLATE',
      message: expect.stringContaining(`a.yaml: Resources.Fn::ForEach::Many: ${message}`),
    }),
  );
});
