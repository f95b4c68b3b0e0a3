import type { SynthesizedStack } from '../assembly/assembly';
import type { AwsClients } from '../aws/clients';
import { identifyCaller } from '../aws/caller';
import { ConsoleLinks } from '../aws/console-links';
import { awsFault } from '../aws/failures';
import type { Caller } from '../aws/place';
import type { Context } from '../context';
import type { Fault } from '../errors';
import type { CheckList } from './check-list';

/** Where STS is asked when no region is known: who we are does not depend on it. */
const ANY_REGION = 'us-east-1';

/** An account and a region to work in, and the means to. */
export interface Connection {
  readonly region: string;
  readonly caller: Caller;
  readonly clients: AwsClients;
  readonly links: ConsoleLinks;
  /** `account 123456789012, region eu-central-1`. */
  readonly words: string;
  /** What other programs need in their environment to work in the same place. */
  readonly env: Readonly<Record<string, string>>;
}

/** What says where to work. */
export interface PlaceOptions {
  readonly region: string | undefined;
  readonly profile: string | undefined;
  /**
   * The region a stack is made for, which is taken when no other is named.
   *
   * @default any
   */
  readonly stackRegion?: string | undefined;
}

/**
 * Checks region and credentials.
 *
 * A region has to be named somewhere: the CDK's habit of taking us-east-1 puts things where nobody looks for them.
 *
 * @returns nothing when one of them is missing; the list has the faults
 */
export async function checkConnection(
  checks: CheckList,
  { region: named, profile, stackRegion }: PlaceOptions,
  { connect, regionOfProfile, env, interruption }: Context,
): Promise<Connection | undefined> {
  const region = named ?? (env['AWS_DEFAULT_REGION'] || (await regionOfProfile(profile))) ?? stackRegion;
  const clients = connect({ region: region ?? ANY_REGION, profile });
  const caller = await identifyCaller(clients.sts, interruption.signal).catch((error: unknown): Fault => {
    interruption.signal.throwIfAborted();
    const fault = awsFault(error, profile);
    if (!fault) throw error;
    return fault;
  });

  if ('problem' in caller) checks.failed('credentials', caller);
  else checks.passed('credentials', `account ${caller.account}, as ${caller.arn}`);
  if (region === undefined) {
    checks.failed('region', {
      problem: 'no region is named',
      remedy: 'name one: --region=eu-central-1, or AWS_REGION, or region in the profile',
    });
  } else checks.passed('region', region);

  if (region === undefined || 'problem' in caller) return undefined;
  return {
    region,
    caller,
    clients,
    links: new ConsoleLinks(region, caller.partition),
    words: `account ${caller.account}, region ${region}`,
    env: {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      ...(profile === undefined ? {} : { AWS_PROFILE: profile }),
    },
  };
}

/** Checks that a stack is made for a place like this one. */
export function checkEnvironment(
  checks: CheckList,
  stack: Pick<SynthesizedStack, 'name' | 'account' | 'region'>,
  { caller, region }: Connection,
): void {
  const { account: itsAccount = caller.account, region: itsRegion = region } = stack;
  if (itsAccount === caller.account && itsRegion === region) return;
  checks.failed('environment', {
    problem: `${stack.name} is made for account ${itsAccount}, region ${itsRegion}`,
    remedy: 'use credentials of that account, and that region',
  });
}
