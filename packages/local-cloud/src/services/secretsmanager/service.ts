import { randomInt } from 'node:crypto';
import {
  cfnBoolean,
  cfnInteger,
  type Resource,
  type ResourceIdentity,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import { z } from 'zod';
import { defineService } from '../../run/service';

const TYPE = 'AWS::SecretsManager::Secret';

/** `GenerateSecretString`: the defaults are those of AWS. */
const GeneratedString = z.strictObject({
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: cfnBoolean.default(false),
  ExcludeNumbers: cfnBoolean.default(false),
  ExcludePunctuation: cfnBoolean.default(false),
  ExcludeUppercase: cfnBoolean.default(false),
  GenerateStringKey: z.string().optional(),
  IncludeSpace: cfnBoolean.default(false),
  PasswordLength: cfnInteger.pipe(z.number().min(1).max(4_096)).default(32),
  RequireEachIncludedType: cfnBoolean.default(true),
  SecretStringTemplate: z.string().transform(parseObject).default({}),
});
type GeneratedString = z.output<typeof GeneratedString>;

const SecretProperties = z.strictObject({
  SecretString: z.string().optional(),
  GenerateSecretString: GeneratedString.optional(),
  ...withoutEffect('Description', 'KmsKeyId', 'Name', 'ReplicaRegions', 'Tags', 'Type'),
});

/** A secret of Secrets Manager. */
export interface Secret {
  readonly arn: string;
  /** The value, or how to generate it; `undefined` for a secret without a value. */
  readonly value: string | GeneratedString | undefined;
}

function arnOf(secret: ResourceIdentity): string {
  const name = String(secret.property('Name') ?? `${secret.logicalId}-${secret.id(12)}`);
  return `arn:${secret.partition}:secretsmanager:${secret.region}:${secret.accountId}:secret:${name}-${secret.id(6)}`;
}

/** Returns the ARN, and the ARN without its random suffix: the CDK's `fromSecretNameV2` knows only the name. */
const arnsOf = ({ arn }: Secret): string[] => [arn, arn.replace(/-[^-]{6}$/, '')];

/** Generated values by ARN and rules: they stay the same when the template changes. */
const generatedValues = new Map<string, string>();

function valueOf({ arn, value = '' }: Secret): string {
  if (typeof value === 'string') return value;
  const key = `${arn} ${JSON.stringify(value)}`;
  const generated = generatedValues.get(key) ?? generate(value);
  generatedValues.set(key, generated);
  return generated;
}

function readSecret(resource: Resource): Secret {
  const { SecretString, GenerateSecretString } = resource.read(SecretProperties);
  return { arn: resource.ref, value: SecretString ?? GenerateSecretString };
}

/** Reference to a secret's value, or to the value of a key in it: `secretsmanager:{arn}:SecretString:{key}:{stage}:{version}`. */
const REFERENCE =
  /^secretsmanager:(arn:(?:[^:]*:){5}[^:]+)(?::SecretString(?::([^:]*)(?::AWSCURRENT)?:*)?)?$/;

/** Secrets Manager: values for `{{resolve:secretsmanager:arn}}` and for the `Secrets` of containers. */
export const secretsManager = defineService({
  resourceTypes: { [TYPE]: { ref: arnOf, attributes: { Id: arnOf } } },
  resolveReference: (reference, stack) => {
    const [, arn, key] = REFERENCE.exec(reference) ?? [];
    const resource = stack.byRef(TYPE, arn);
    const secret = resource && readSecret(resource);
    if (secret?.value === undefined) return undefined;
    const text = valueOf(secret);
    if (!key) return text;
    const value = (JSON.parse(text) as Record<string, unknown>)[key];
    return value === undefined ? undefined : String(value);
  },
  readModel: (stack) => stack.ofType(TYPE).map(readSecret),
  provides: (secrets) =>
    secrets
      .filter(({ value }) => value !== undefined)
      .flatMap((secret) => arnsOf(secret).map((id) => ({ kind: 'parameter' as const, id }))),
  start: async (secrets, { network }) => {
    for (const secret of secrets.filter(({ value }) => value !== undefined)) {
      for (const id of arnsOf(secret)) network.parameters.set(id, valueOf(secret));
    }
    return { running: undefined };
  },
});

/** Returns a random password, in the JSON object of `SecretStringTemplate` if the secret has a `GenerateStringKey`. */
function generate(rules: GeneratedString): string {
  const types = [
    rules.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    rules.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    rules.ExcludeNumbers ? '' : '0123456789',
    rules.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    rules.IncludeSpace ? ' ' : '',
  ]
    .map((type) => [...type].filter((character) => !rules.ExcludeCharacters.includes(character)))
    .filter((type) => type.length > 0);
  const required = rules.RequireEachIncludedType ? types.map(pick) : [];
  const others = Array.from({ length: rules.PasswordLength }, () => pick(types.flat()));
  const password = [...required, ...others].slice(0, rules.PasswordLength).join('');
  if (rules.GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...rules.SecretStringTemplate, [rules.GenerateStringKey]: password });
}

const pick = (characters: readonly string[]): string => characters[randomInt(characters.length)] ?? '';

function parseObject(text: string, context: z.RefinementCtx): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  context.addIssue({ code: 'custom', message: 'must be a JSON object' });
  return z.NEVER;
}
