import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ParameterError } from '@spa-on-aws/cloudformation';
import { expect, test } from 'vitest';
import { optionsOf, start } from '../../test/running';
import { describeFailure, describeStart } from './describe-start';
import type { Options } from './options';

const POOL = {
  Resources: {
    Pool: { Type: 'AWS::Cognito::UserPool', Properties: { UsernameAttributes: ['email'] } },
    App: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Pool' } } },
    Items: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'items',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      },
    },
  },
  Outputs: { PoolArn: { Value: { 'Fn::GetAtt': ['Pool', 'Arn'] } } },
};

const API = {
  Parameters: { PoolArn: { Type: 'String' } },
  Resources: {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'sample' } },
    Auth: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        Name: 'pool',
        Type: 'COGNITO_USER_POOLS',
        RestApiId: { Ref: 'Api' },
        IdentitySource: 'method.request.header.Authorization',
        ProviderARNs: [{ Ref: 'PoolArn' }],
      },
    },
    Root: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        HttpMethod: 'GET',
        AuthorizationType: 'COGNITO_USER_POOLS',
        AuthorizerId: { Ref: 'Auth' },
        Integration: {
          Type: 'MOCK',
          RequestTemplates: { 'application/json': '{"statusCode": 200}' },
          IntegrationResponses: [{ StatusCode: '200' }],
        },
        MethodResponses: [{ StatusCode: '200' }],
      },
    },
    Deployment: {
      Type: 'AWS::ApiGateway::Deployment',
      Properties: { RestApiId: { Ref: 'Api' }, StageName: 'dev' },
      DependsOn: 'Root',
    },
  },
};

/** Returns the options to run both stacks. */
async function bothStacks(...flags: string[]): Promise<Options> {
  const directory = await mkdtemp(path.join(tmpdir(), 'stacks-'));
  const write = async (name: string, template: object): Promise<string> => {
    const file = path.join(directory, `${name}.json`);
    await writeFile(file, JSON.stringify(template));
    return file;
  };
  const [pool, api] = [await write('pool', POOL), await write('api', API)];
  const stateFile = path.join(directory, 'state.json');
  return optionsOf('--template', api, '--template', pool, '--state-file', stateFile, ...flags);
}

test('describeStart lists ids, ARNs, outputs, and which outputs became parameters', async () => {
  const options = await bothStacks();
  const cloud = await start(options);
  const text = describeStart(cloud, 1_000, options);
  const id = cloud.state.issuer.split('/').at(-1) ?? '';
  const arn = `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${id}`;
  const lines = text.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' '));
  expect(lines).toContain(`api.PoolArn pool.PoolArn ${arn}`);
  // The ARN is below the id.
  expect(text).toMatch(new RegExp(`\n( +pool\\.Pool +)${id}\n +${arn}\n`));
  expect(lines).toContain(`pool.App ${cloud.state.clientId}`);
  expect(lines).toContain('pool.Items items');
  expect(lines).toContain('arn:aws:dynamodb:us-east-1:000000000000:table/items');
  expect(lines).toContain(`pool.PoolArn ${arn}`);
  expect(lines).toContain(`DynamoDB ${cloud.state.dynamoDbEndpoint}`);
  expect(lines.some((line) => /^api\.Api [a-z0-9]{10}$/.test(line))).toBe(true);
  expect(cloud.state.outputs).toEqual({ 'pool.PoolArn': arn });
  expect(cloud.state.resources['pool.Pool']).toEqual({ id, arn });
  expect((await fetch(cloud.state.dynamoDbEndpoint)).status).toBeLessThan(500);
});

test('a start without user pool lists no users, only functions that run, and the access key for their URLs (LA-UR-08)', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'functions-'));
  const file = path.join(directory, 'app.json');
  const lambda = (FunctionName: string) => ({
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/x',
      Code: { ZipFile: 'exports.handler = async () => 1' },
    },
  });
  const Resources = {
    Called: lambda('called'),
    Later: lambda('later'),
    Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: 'called', AuthType: 'AWS_IAM' } },
  };
  await writeFile(file, JSON.stringify({ Resources }));
  const options = optionsOf('--template', file, '--state-file', path.join(directory, 'state.json'));
  const cloud = await start(options);
  const text = describeStart(cloud, 1_000, options);
  expect(text).not.toContain('Log in as');
  // The URL accepts requests that are signed with it.
  expect(text).toMatch(/IAM user +LOCALCLOUD\w+ \/ \S+ \(us-east-1;/);
  expect(cloud.state.users).toEqual([]);
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:called';
  expect(cloud.state.resources).toEqual({ Called: { id: 'called', arn } });
});

test('an ARN of another user pool is refused with the ARNs of the user pools', async () => {
  const options = await bothStacks(
    '--parameter',
    'api.PoolArn=arn:aws:cognito-idp:us-east-1:1:userpool/other',
  );
  await expect(start(options)).rejects.toThrowError(
    /ProviderARNs: arn:\S+other is not a user pool of these templates; they have: arn:aws:cognito-idp:us-east-1:000000000000:userpool\/us-east-1_\w+\./,
  );
});

test('describeFailure prints a stack for debugging only', () => {
  const error = new TypeError('x is not a function');
  const text = describeFailure(error, false);
  expect(text).toMatch(
    /^Unexpected error: TypeError: x is not a function\nThis is a bug of the local cloud\. Please report it/,
  );
  expect(text).not.toContain('describe-start.test.ts');
  expect(describeFailure(error, true)).toContain('describe-start.test.ts');
  expect(describeFailure(new ParameterError('no value'), false)).toBe('ERR_PARAMETER: no value');
});
