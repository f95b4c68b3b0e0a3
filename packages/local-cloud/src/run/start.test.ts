import { createRequire } from 'node:module';
import { access, readFile, writeFile } from 'node:fs/promises';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { smallTemplate } from '../../test/assembly';
import type { Options } from '../cli/options';
import { optionsFor, start } from '../../test/running';

test('startLocalCloud serves the site, its configuration and the API', async () => {
  const { state, requests } = await start(await optionsFor(smallTemplate()));
  expect(await (await fetch(`${state.url}/`)).text()).toContain('<title>small</title>');
  expect(await (await fetch(`${state.url}/config.json`)).json()).toEqual({ issuer: state.issuer });
  const response = (await (await fetch(`${state.url}/api/a?b=c`)).json()) as {
    path: string;
    headers: Record<string, string>;
  };
  expect(response.path).toBe('/api/a?b=c');
  expect(response.headers['host']).toMatch(/\.elb\.amazonaws\.com$/);
  expect(await (await fetch(`${state.apiEndpoint}/api/a`)).json()).toMatchObject({ path: '/api/a' });
  expect(requests.map(({ via, path: target, status }) => [via, target, status])).toEqual([
    ['distribution', '/', 200],
    ['distribution', '/config.json', 200],
    ['distribution', '/api/a', 200],
    ['execute-api', '/live/api/a', 200],
  ]);
});

test('the state file has local URLs and is removed on close', async () => {
  const options = await optionsFor(smallTemplate());
  const { state, notRun, close } = await start(options);
  expect(JSON.parse(await readFile(options.stateFile, 'utf8'))).toEqual(state);
  expect(state).toMatchObject({
    issuer: expect.stringMatching(/^http:\/\/localhost:\d+\/us-east-1_\w{9}$/),
    callbackUrl: `${state.url}/callback`,
    users: [{ username: 'ada', password: 'Correct-horse-1', groups: [] }],
  });
  expect([...notRun]).toEqual([['AWS::Logs::LogGroup', 1]]);
  await close();
  await expect(access(options.stateFile)).rejects.toThrowError();
  await expect(fetch(state.url)).rejects.toThrowError();
  await expect(fetch(state.backendUrl)).rejects.toThrowError();
});

test('clientSecrets lists generated client secrets, which the token endpoint accepts', async () => {
  const template = smallTemplate();
  Object.assign(template.Resources['Client']?.Properties ?? {}, { GenerateSecret: true });
  const { state, clientSecrets } = await start(await optionsFor(template));
  expect(clientSecrets).toEqual([{ client: 'Client', secret: expect.stringMatching(/^\S{20,}$/) }]);
  const exchange = async (secret: string): Promise<unknown> => {
    const response = await fetch(`${state.cognitoDomain}/oauth2/token`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${state.clientId}:${secret}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: 'none',
        redirect_uri: state.callbackUrl,
      }),
    });
    return response.json();
  };
  expect(await exchange(clientSecrets[0]?.secret ?? '')).toMatchObject({ error: 'invalid_grant' });
  expect(await exchange('another')).toMatchObject({ error: 'invalid_client' });
});

test('two local clouds run side by side; ids depend on the template only', async () => {
  const [one, two] = [
    await start(await optionsFor(smallTemplate())),
    await start(await optionsFor(smallTemplate())),
  ];
  expect(one.state.clientId).toBe(two.state.clientId);
  expect(one.state.url).not.toBe(two.state.url);
});

test('the console lists requests, and rejects foreign Host headers', async () => {
  const { state } = await start(await optionsFor(smallTemplate()));
  await fetch(`${state.url}/api/%3Cb%3E`);
  const requests: unknown = await (await fetch(`${state.consoleUrl}/requests`)).json();
  expect(JSON.stringify(requests)).toContain('/api/%3Cb%3E');
  const { port } = new URL(state.consoleUrl);
  const status = await new Promise((resolve) => {
    get({ port, host: '127.0.0.1', headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  expect(status).toBe(403);
});

const running: Server[] = [];

afterEach(() => {
  for (const server of running.splice(0)) server.close();
});

async function occupied(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push(server);
  return { server, port: (server.address() as AddressInfo).port };
}

test('a port in use is reported with its flag, and the other ports are closed', async () => {
  const { port } = await occupied();
  const free = (await occupied()).server;
  const site = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));
  const options = await optionsFor(smallTemplate(), { port: site, consolePort: port });
  await expect(start(options)).rejects.toThrowError(
    `Port ${port} is in use (--console-port). Stop what listens there, or set LOCAL_CLOUD_PORT`,
  );
  await expect(fetch(`http://127.0.0.1:${site}`)).rejects.toThrowError();
});

type Template = ReturnType<typeof smallTemplate>;

test.each<[string, (template: Template) => void, string, string]>([
  [
    'an external origin',
    ({ Resources }) => {
      const config = Resources['Site']?.Properties?.['DistributionConfig'] as {
        Origins: Record<string, unknown>[];
      };
      Object.assign(config.Origins[1] ?? {}, { DomainName: 'api.example.com' });
    },
    'ERR_UNSUPPORTED_PROPERTY',
    'Site (AWS::CloudFront::Distribution) DistributionConfig.Origins (api).DomainName: behavior /api/* leads to api.example.com',
  ],
  [
    'an integration with an AWS service that does not run here',
    ({ Resources }) => {
      Object.assign(Resources['Method']?.Properties?.['Integration'] as object, {
        Type: 'AWS',
        Uri: 'arn:aws:apigateway:us-east-1:sqs:path/000000000000/queue',
        Credentials: 'arn:aws:iam::000000000000:role/api',
      });
    },
    'ERR_UNSUPPORTED_PROPERTY',
    'Method (AWS::ApiGateway::Method) Integration.Uri: sqs does not run on this machine',
  ],
  [
    'an unknown property of a method',
    ({ Resources }) => Object.assign(Resources['Method']?.Properties ?? {}, { Color: 'x' }),
    'ERR_UNSUPPORTED_PROPERTY',
    'Method (AWS::ApiGateway::Method) Color',
  ],
  [
    'a target group without a service',
    ({ Resources }) => delete Resources['Service'],
    'ERR_UNSUPPORTED_PROPERTY',
    'Targets (AWS::ElasticLoadBalancingV2::TargetGroup) Targets: no ECS service of these templates registers containers',
  ],
  [
    'an image outside the assembly',
    ({ Resources }) => {
      const [container] = Resources['Task']?.Properties?.['ContainerDefinitions'] as object[];
      Object.assign(container ?? {}, { Image: 'nginx:latest' });
    },
    'ERR_UNSUPPORTED_PROPERTY',
    'Task (AWS::ECS::TaskDefinition) ContainerDefinitions.Image: nginx:latest is not an image of this cloud assembly',
  ],
  [
    'a secret without a value',
    ({ Resources }) => {
      const [container] = Resources['Task']?.Properties?.['ContainerDefinitions'] as object[];
      Object.assign(container ?? {}, { Secrets: [{ Name: 'GREETING', ValueFrom: '/app/greeting' }] });
    },
    'ERR_SECRET_VALUE',
    'Task (AWS::ECS::TaskDefinition): the secret GREETING of container api has no value on this machine; on AWS it comes from /app/greeting. Add the line GREETING=value to ',
  ],
])('%s stops the start with an error that names the place', async (_, change, code, message) => {
  const template = smallTemplate();
  change(template);
  await expect(start(await optionsFor(template))).rejects.toThrowError(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

/** A container that increments a counter in a table through the AWS SDK; /api/exit ends it. */
const COUNTER = `
  import { createServer } from 'node:http';
  import dynamoDb from ${JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve('@aws-sdk/client-dynamodb')).href)};
  const client = new dynamoDb.DynamoDBClient({});
  const command = new dynamoDb.UpdateItemCommand({
    TableName: process.env.TABLE,
    Key: { pk: { S: 'count' } },
    UpdateExpression: 'ADD steps :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
    ReturnValues: 'UPDATED_NEW',
  });
  createServer(async (request, response) => {
    if (request.url === '/api/exit') process.exit(7);
    if (request.url !== '/api/count') return response.end();
    const { Attributes } = await client.send(command);
    response.end(JSON.stringify({ pid: process.pid, count: Number(Attributes.steps.N), table: process.env.TABLE }));
  }).listen(process.env.PORT, process.env.HOST);
  process.on('SIGTERM', () => process.exit(0));
`;

function templateWithTable(properties: object = {}): Template {
  const template = smallTemplate();
  template.Resources['Counts'] = {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      Replicas: [{ Region: { Ref: 'AWS::Region' } }],
      ...properties,
    },
  };
  const [container] = template.Resources['Task']?.Properties?.['ContainerDefinitions'] as {
    Environment: object[];
  }[];
  container?.Environment.push(
    { Name: 'TABLE', Value: { Ref: 'Counts' } },
    { Name: 'AWS_REGION', Value: { Ref: 'AWS::Region' } },
  );
  return template;
}

test('a container reaches the tables of the template; items survive a restart of the container', async () => {
  const { state, notRun, close } = await start(await optionsFor(templateWithTable(), {}, COUNTER));
  const count = async () =>
    (await (await fetch(`${state.url}/api/count`)).json()) as { pid: number; count: number; table: string };
  const first = await count();
  expect(first).toMatchObject({ count: 1, table: expect.stringMatching(/^small-Counts-/) });
  expect(await count()).toMatchObject({ pid: first.pid, count: 2 });
  expect([...notRun.keys()]).not.toContain('AWS::DynamoDB::GlobalTable');

  await fetch(`${state.url}/api/exit`);
  const next = await vi.waitFor(count, { timeout: 10_000 });
  expect(next.pid).not.toBe(first.pid);
  expect(next.count).toBe(3);
  await close();
}, 20_000);

test('tables are empty after each start', async () => {
  const options = await optionsFor(templateWithTable(), {}, COUNTER);
  for (const expected of [1, 1]) {
    const { state, close } = await start(options);
    expect(await (await fetch(`${state.url}/api/count`)).json()).toMatchObject({ count: expected });
    await close();
  }
}, 20_000);

test.each([
  ['an unknown property of a table', { VectorIndexes: [] }, 'ERR_UNSUPPORTED_PROPERTY', 'VectorIndexes'],
  ['a table that AWS rejects', { AttributeDefinitions: [] }, 'ERR_INVALID_PROPERTY', 'Properties'],
])('%s stops the start and names the place', async (_, properties, code, place) => {
  const options = await optionsFor(templateWithTable(properties), { strict: true });
  await expect(start(options)).rejects.toThrowError(
    expect.objectContaining({
      code,
      message: expect.stringContaining(`Counts (AWS::DynamoDB::GlobalTable) ${place}: `),
    }),
  );
  await expect(access(options.stateFile)).rejects.toThrowError();
});

test('a container that ends during the start stops the start with its output', async () => {
  const options = await optionsFor(smallTemplate(), {}, `console.error('no database'); process.exit(1);`);
  await expect(start(options)).rejects.toThrowError(/Container api: exited with code 1[^]*no database/);
  await expect(access(options.stateFile)).rejects.toThrowError();
});

test('a missing assembly is reported with the command that creates it, a malformed one with its file', async () => {
  const options = await optionsFor(smallTemplate());
  await expect(start({ ...options, assemblies: ['/nowhere'] })).rejects.toThrowError(
    '/nowhere does not exist. Synthesize it first (npx cdk synth), or name what to run: --assembly <directory> or --template <file>.',
  );
  await writeFile(path.join(options.assemblies[0] ?? '', 'small.template.json'), '{"Resources":');
  await expect(start(options)).rejects.toThrowError(/small\.template\.json: not JSON/);
});

/** A container that reads the user pool's keys before it listens. */
const KEY_READER = `
  import { createServer } from 'node:http';
  const { keys } = await (await fetch(process.env.ISSUER + '/.well-known/jwks.json')).json();
  createServer((request, response) => response.end(String(keys.length))).listen(process.env.PORT, process.env.HOST);
  process.on('SIGTERM', () => process.exit(0));
`;

test('a container can read the user pool’s keys before it is healthy', async () => {
  const template = smallTemplate();
  const [container] = template.Resources['Task']?.Properties?.['ContainerDefinitions'] as {
    Environment: object[];
  }[];
  container?.Environment.push({ Name: 'ISSUER', Value: { 'Fn::GetAtt': ['Pool', 'ProviderURL'] } });
  const { state } = await start(await optionsFor(template, {}, KEY_READER));
  expect(await (await fetch(`${state.url}/api/a`)).text()).toBe('2');
}, 20_000);

/** A container that returns its variables. */
const ENVIRONMENT_READER = `
  import { createServer } from 'node:http';
  createServer((request, response) => response.end(JSON.stringify(process.env))).listen(process.env.PORT, process.env.HOST);
  process.on('SIGTERM', () => process.exit(0));
`;

async function environmentOf(options: Options): Promise<Record<string, string>> {
  const { state } = await start(options);
  return (await (await fetch(`${state.url}/api/a`)).json()) as Record<string, string>;
}

test('a container finds the user pools API in its environment, on the sign-in port (CG-UP-01)', async () => {
  const { state } = await start(await optionsFor(smallTemplate(), {}, ENVIRONMENT_READER));
  expect(await (await fetch(`${state.url}/api/a`)).json()).toMatchObject({
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: new URL(state.issuer ?? '').origin,
  });
  const response = await fetch(new URL(state.issuer ?? '').origin, {
    method: 'POST',
    body: JSON.stringify({ ClientId: state.clientId, AuthFlow: 'USER_PASSWORD_AUTH' }),
    headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth' },
  });
  expect(await response.json()).toEqual({
    __type: 'InvalidParameterException',
    message: 'USER_PASSWORD_AUTH flow not enabled for this client',
  });
}, 20_000);

function templateWithSecrets(Secrets: object[]): Template {
  const template = smallTemplate();
  const [container] = template.Resources['Task']?.Properties?.['ContainerDefinitions'] as object[];
  Object.assign(container ?? {}, { Secrets });
  return template;
}

test('a container gets its secrets from parameters, by name and by ARN (EC-SE-01)', async () => {
  const arn = 'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${Greeting}';
  const template = templateWithSecrets([
    { Name: 'BY_NAME', ValueFrom: { Ref: 'Greeting' } },
    { Name: 'BY_ARN', ValueFrom: { 'Fn::Sub': arn } },
  ]);
  template.Resources['Greeting'] = {
    Type: 'AWS::SSM::Parameter',
    Properties: { Name: '/app/greeting', Type: 'String', Value: { 'Fn::Sub': 'hello from ${AWS::Region}' } },
  };
  expect(await environmentOf(await optionsFor(template, {}, ENVIRONMENT_READER))).toMatchObject({
    BY_NAME: 'hello from us-east-1',
    BY_ARN: 'hello from us-east-1',
  });
}, 20_000);

const BY_PARTIAL_ARN =
  'arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:app/login';

test('a container gets its secrets from Secrets Manager, whole or one JSON key (EC-SE-01, EC-SE-02)', async () => {
  const template = templateWithSecrets([
    { Name: 'WHOLE', ValueFrom: { Ref: 'Login' } },
    { Name: 'USER', ValueFrom: { 'Fn::Sub': '${Login}:user::' } },
    { Name: 'ATTEMPTS', ValueFrom: { 'Fn::Sub': `${BY_PARTIAL_ARN}:attempts:AWSCURRENT:` } },
    { Name: 'GENERATED', ValueFrom: { Ref: 'Generated' } },
  ]);
  Object.assign(template.Resources, {
    Login: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { Name: 'app/login', SecretString: '{"user":"ada","attempts":3}' },
    },
    Generated: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } },
  });
  expect(await environmentOf(await optionsFor(template, {}, ENVIRONMENT_READER))).toMatchObject({
    WHOLE: '{"user":"ada","attempts":3}',
    USER: 'ada',
    ATTEMPTS: '3',
    GENERATED: expect.stringMatching(/^.{32}$/),
  });
}, 20_000);

test('a missing JSON key stops the start without showing the secret (EC-SE-02)', async () => {
  const template = templateWithSecrets([{ Name: 'USER', ValueFrom: { 'Fn::Sub': '${Login}:user::' } }]);
  template.Resources['Login'] = {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { Name: 'app/login', SecretString: 'hidden' },
  };
  const error = await start(await optionsFor(template)).catch((cause: unknown) => cause);
  expect(String(error)).toMatch(
    /Task .*Secrets: arn:aws:.*: the secret is not a JSON object with the key user\./,
  );
  expect(String(error)).not.toContain('hidden');
});

test('values of --secret go before the secrets file, and that before the template; none is shown (EC-SE-03)', async () => {
  const template = templateWithSecrets([
    { Name: 'BY_FLAG', ValueFrom: '/elsewhere' },
    { Name: 'BY_FILE', ValueFrom: { Ref: 'InTemplate' } },
  ]);
  template.Resources['InTemplate'] = {
    Type: 'AWS::SSM::Parameter',
    Properties: { Type: 'String', Value: 'of the template' },
  };
  const given = await optionsFor(template, {}, ENVIRONMENT_READER);
  const secretsFile = path.join(given.assemblies[0] ?? '', 'secrets');
  await writeFile(secretsFile, 'BY_FLAG=file-value-1\nBY_FILE="file value 2" # comment\n');
  const options = { ...given, secretsFile, secrets: new Map([['BY_FLAG', 'flag-value']]) };
  const cloud = await start(options);
  expect(await (await fetch(`${cloud.state.url}/api/a`)).json()).toMatchObject({
    BY_FLAG: 'flag-value',
    BY_FILE: 'file value 2',
  });
  const textAt = async (path: string) => (await fetch(`${cloud.state.consoleUrl}${path}`)).text();
  const shown = [JSON.stringify(cloud.state), ...cloud.logged, await textAt('/'), await textAt('/requests')];
  expect(shown.join('\n')).not.toMatch(/flag-value|file value 2/);
}, 20_000);

test('a secrets file that cannot be read stops the start', async () => {
  const options = await optionsFor(smallTemplate());
  await expect(start({ ...options, secretsFile: options.assemblies[0] ?? '' })).rejects.toThrowError(
    expect.objectContaining({ code: 'ERR_SECRETS_FILE' }),
  );
});
