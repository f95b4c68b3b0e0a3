import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { CheckList } from '../check-list';
import type { Context } from '../context';
import type { Fault } from '../errors';
import type { AwsClients } from './clients';
import { ConsoleLinks } from './console-links';
import { awsFault } from './failures';

/** Region for STS when none is known: the caller's identity does not depend on it. */
const ANY_REGION = 'us-east-1';

/** The AWS identity whose credentials are used. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
}

/** Access to an account and region. */
export interface Connection {
  readonly region: string;
  readonly caller: Caller;
  readonly clients: AwsClients;
  readonly links: ConsoleLinks;
  /** For messages: `account 123456789012, region eu-central-1`. */
  readonly description: string;
  /** Environment variables that make other programs use the same region and profile. */
  readonly env: Readonly<Record<string, string>>;
}

interface ConnectionOptions {
  readonly region: string | undefined;
  readonly profile: string | undefined;
  /** Stack to deploy, whose region is used when no other is named. */
  readonly stack?: {
    readonly name: string;
    readonly account: string | undefined;
    readonly region: string | undefined;
  };
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
  { region: named, profile, stack }: ConnectionOptions,
  { connect, regionOfProfile, env, interruption }: Context,
): Promise<Connection | undefined> {
  const region = named ?? (env['AWS_DEFAULT_REGION'] || (await regionOfProfile(profile))) ?? stack?.region;
  const clients = await connect({ region: region ?? ANY_REGION, profile });
  const caller = await identifyCaller(clients.sts, interruption.signal).catch((error: unknown): Fault => {
    interruption.signal.throwIfAborted();
    const fault = awsFault(error, profile);
    if (!fault) throw error;
    return fault;
  });

  if ('problem' in caller) checks.fail('credentials', caller);
  else checks.pass('credentials', `account ${caller.account}, as ${caller.arn}`);
  if (region === undefined) {
    checks.fail('region', {
      problem: 'no region is set',
      remedy: 'set --region=eu-central-1, or AWS_REGION, or region in the profile',
    });
  } else checks.pass('region', region);
  if (region === undefined || 'problem' in caller) return undefined;

  const { account: stackAccount = caller.account, region: stackRegion = region } = stack ?? {};
  if (stackAccount !== caller.account || stackRegion !== region) {
    checks.fail('environment', {
      problem: `${stack?.name} must be deployed to account ${stackAccount}, region ${stackRegion}`,
      remedy: 'use credentials of that account, and that region',
    });
  }
  return {
    region,
    caller,
    clients,
    links: new ConsoleLinks(region, caller.partition),
    description: `account ${caller.account}, region ${region}`,
    env: {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      ...(profile === undefined ? {} : { AWS_PROFILE: profile }),
    },
  };
}

async function identifyCaller(sts: STSClient, signal: AbortSignal): Promise<Caller> {
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
  if (!Account || !Arn) throw new Error('sts:GetCallerIdentity returned no account or ARN');
  return { account: Account, arn: Arn, partition: Arn.split(':')[1] ?? 'aws' };
}
