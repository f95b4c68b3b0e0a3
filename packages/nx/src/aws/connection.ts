import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { StackAssembly } from '@spa-on-aws/cloudformation';
import type { Fault } from '../errors';
import type { Context, StageOptions } from '../executor';
import { CheckList } from '../terminal';
import type { AwsClients } from './clients';
import { awsFault } from './failures';

/** Region for STS when none is known: the caller's identity does not depend on it. */
const ANY_REGION = 'us-east-1';

/** Access to an account and region. */
export interface Connection {
  readonly region: string;
  readonly account: string;
  /** ARN of the identity whose credentials are used. */
  readonly caller: string;
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly clients: AwsClients;
  readonly links: ReturnType<typeof consoleLinks>;
  /** For messages: `account 123456789012, region eu-central-1`. */
  readonly description: string;
  /** Environment variables that make other programs use the same region and profile. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ConnectionOptions extends Pick<StageOptions, 'region' | 'profile'> {
  /** Stack to deploy, whose region is used when no other is named. */
  readonly stack?: Pick<StackAssembly, 'name' | 'account' | 'region'>;
}

/**
 * Checks the connection, for executors without other checks.
 *
 * @throws {ChecksFailedError} when a check failed
 */
export async function requireConnection(options: ConnectionOptions, context: Context): Promise<Connection> {
  const checks = new CheckList(context.terminal);
  const connection = await checkConnection(checks, options, context);
  checks.assertPassed();
  if (!connection) throw new Error('There is no connection, but no check failed');
  return connection;
}

/**
 * Checks credentials and region, and that the stack can be deployed there.
 *
 * A region must be named: the CDK's default (us-east-1) surprises its users.
 *
 * @returns `undefined` when a check failed
 */
export async function checkConnection(
  checks: CheckList,
  options: ConnectionOptions,
  context: Context,
): Promise<Connection | undefined> {
  const { profile, stack } = options;
  const { connect, interruption } = context;
  const { signal } = interruption;
  const region = await regionOf(options, context);
  const clients = await connect({ region: region ?? ANY_REGION, profile });
  const identity = await clients.sts
    .send(new GetCallerIdentityCommand({}), { abortSignal: signal })
    .catch((error: unknown): Fault => {
      signal.throwIfAborted();
      const fault = awsFault(error, profile);
      if (!fault) throw error;
      return fault;
    });

  if ('problem' in identity) checks.fail('credentials', identity);
  else checks.pass('credentials', `account ${identity.Account}, as ${identity.Arn}`);
  if (region === undefined) {
    checks.fail('region', {
      problem: 'no region is set',
      remedy: 'set --region=eu-central-1, or AWS_REGION, or region in the profile',
    });
  } else checks.pass('region', region);
  if (region === undefined || 'problem' in identity) return undefined;

  const { Account: account, Arn: caller } = identity;
  if (!account || !caller) throw new Error('sts:GetCallerIdentity returned no account or ARN');
  const { account: stackAccount = account, region: stackRegion = region } = stack ?? {};
  if (stackAccount !== account || stackRegion !== region) {
    checks.fail('environment', {
      problem: `${stack?.name} must be deployed to account ${stackAccount}, region ${stackRegion}`,
      remedy: 'use credentials of that account, and that region',
    });
  }
  const partition = caller.split(':')[1] ?? 'aws';
  return {
    region,
    account,
    caller,
    partition,
    clients,
    links: consoleLinks(region, partition),
    description: `account ${account}, region ${region}`,
    env: {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      ...(profile === undefined ? {} : { AWS_PROFILE: profile }),
    },
  };
}

/** Returns the region that the options, the environment, the profile or the stack names. */
export async function regionOf(
  { region, profile, stack }: ConnectionOptions,
  { regionOfProfile, env }: Context,
): Promise<string | undefined> {
  return region ?? (env['AWS_DEFAULT_REGION'] || (await regionOfProfile(profile))) ?? stack?.region;
}

const CONSOLES: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** Returns functions for URLs of the AWS Management Console. */
function consoleLinks(region: string, partition: string) {
  const host = CONSOLES[partition] ?? CONSOLES['aws'];
  const regional = `https://${partition === 'aws' ? `${region}.` : ''}${host}`;
  return {
    /** @param stack name or id */
    stack: (stack: string) =>
      `${regional}/cloudformation/home?region=${region}#/stacks/stackinfo?stackId=${encodeURIComponent(stack)}`,
    distribution: (id: string) => `https://${host}/cloudfront/v4/home#/distributions/${id}`,
    users: (userPoolId: string) =>
      `${regional}/cognito/v2/idp/user-pools/${userPoolId}/users?region=${region}`,
    /** Log groups whose names contain the stack's name. */
    logs: (stackName: string) =>
      `${regional}/cloudwatch/home?region=${region}#logsV2:log-groups$3FlogGroupNameFilter$3D${stackName}`,
  };
}
