import { Stack, parseTemplate } from '@spa-on-aws/cloudformation';
import { expect, test } from 'vitest';
import type { Account } from '../../run/account';
import { Network } from '../../run/network';
import type { StartContext } from '../../run/service';
import { resolveStacks } from '../../run/stacks';
import { secretsManager } from './service';

const ACCOUNT = {} as Account;

/** Returns the values after a start of a template with one secret, by ARN. */
async function valuesOf(properties: object, account = ACCOUNT): Promise<Map<string, string>> {
  const template = parseTemplate(
    JSON.stringify({ Resources: { Key: { Type: 'AWS::SecretsManager::Secret', Properties: properties } } }),
    'test.json',
  );
  const { resourceTypes } = secretsManager;
  const stack = new Stack({
    template,
    stackName: 'test',
    region: 'eu-west-1',
    accountId: '000000000000',
    resourceTypes,
  });
  const model = secretsManager.readModel(stack, [] as never);
  const network = new Network();
  await secretsManager.start?.(model, { account, network } as StartContext<typeof model>);
  expect([...(secretsManager.provides?.(model) ?? [])].map(({ id }) => id)).toEqual([
    ...network.parameters.keys(),
  ]);
  return network.parameters;
}

async function valueOf(rules: object): Promise<string> {
  const [value = ''] = (await valuesOf({ GenerateSecretString: rules }, {} as Account)).values();
  return value;
}

test('a secret has its value by ARN, with and without the random suffix', async () => {
  const values = await valuesOf({ Name: 'app/api-key', SecretString: 'x' });
  const partialArn = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:app/api-key';
  expect([...values]).toEqual([
    [expect.stringMatching(new RegExp(`^${partialArn}-\\w{6}$`)), 'x'],
    [partialArn, 'x'],
  ]);
});

test('a secret without SecretString and GenerateSecretString has no value', async () => {
  expect([...(await valuesOf({}))]).toEqual([]);
});

test('a generated value has 32 characters of each kind by default, and stays the same (EC-SE-04)', async () => {
  const first = await valuesOf({ GenerateSecretString: {} });
  const [value = ''] = first.values();
  expect(value).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^a-zA-Z\d])[!-~]{32}$/);
  expect(await valuesOf({ GenerateSecretString: {} })).toEqual(first);
});

test.each([
  [{ PasswordLength: '12', ExcludePunctuation: true }, /^[a-zA-Z\d]{12}$/],
  [{ ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: 'true' }, /^\d{32}$/],
  [{ ExcludeNumbers: true, ExcludeCharacters: '"@/\\' }, /^[^\d"@/\\]{32}$/],
  [{ PasswordLength: 5, IncludeSpace: true }, / /],
  [{ PasswordLength: 2, RequireEachIncludedType: false }, /^[!-~]{2}$/],
])('GenerateSecretString %j makes a value like %s (EC-SE-04)', async (rules, pattern) => {
  expect(await valueOf(rules)).toMatch(pattern);
});

test('GenerateStringKey adds the generated value to SecretStringTemplate (EC-SE-04)', async () => {
  const rules = { SecretStringTemplate: '{"user":"ada"}', GenerateStringKey: 'password', PasswordLength: 8 };
  expect(JSON.parse(await valueOf(rules))).toEqual({
    user: 'ada',
    password: expect.stringMatching(/^.{8}$/),
  });
});

test('a SecretStringTemplate that is not a JSON object is rejected with its place', async () => {
  await expect(valueOf({ SecretStringTemplate: 'x', GenerateStringKey: 'y' })).rejects.toThrowError(
    'Key (AWS::SecretsManager::Secret) GenerateSecretString.SecretStringTemplate: must be a JSON object',
  );
});

/** Resolves a string with dynamic references to a secret with these properties. */
function resolved(properties: object, text: string): unknown {
  const Resources = {
    Key: { Type: 'AWS::SecretsManager::Secret', Properties: properties },
    Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { 'Fn::Sub': text } } },
  };
  const template = parseTemplate(JSON.stringify({ Resources }), 'test.json');
  const stacks = [{ name: 'test', template, files: new Map(), images: new Map(), sourceFiles: [] }];
  const { stack } = resolveStacks(stacks as never, { region: 'eu-west-1', parameters: [] });
  return stack.resources.get('Files')?.properties['BucketName'];
}

test.each(['', ':SecretString', ':SecretString:::', ':SecretString::AWSCURRENT:'])(
  'a dynamic reference ARN%s resolves to the value of the secret (EC-SE-04)',
  (end) => {
    expect(resolved({ SecretString: 'x' }, `{{resolve:secretsmanager:\${Key}${end}}}`)).toBe('x');
  },
);

test('a dynamic reference with a key resolves to the value of that key', () => {
  const SecretString = '{"user":"ada"}';
  expect(resolved({ SecretString }, '{{resolve:secretsmanager:${Key}:SecretString:user}}')).toBe('ada');
  expect(() =>
    resolved({ SecretString }, '{{resolve:secretsmanager:${Key}:SecretString:name}}'),
  ).toThrowError('Resources.Files.Properties.BucketName: the value of {{resolve:secretsmanager:');
});

test('all dynamic references to a generated value resolve to the same value', () => {
  const text = '{{resolve:secretsmanager:${Key}}} {{resolve:secretsmanager:${Key}:SecretString:::}}';
  const GenerateSecretString = { ExcludePunctuation: true };
  expect(resolved({ GenerateSecretString }, text)).toMatch(/^(\w{32}) \1$/);
});

test('a dynamic reference to a version other than AWSCURRENT is refused', () => {
  expect(() =>
    resolved({ SecretString: 'x' }, '{{resolve:secretsmanager:${Key}:SecretString::AWSPREVIOUS}}'),
  ).toThrowError('exists in AWS only');
});
