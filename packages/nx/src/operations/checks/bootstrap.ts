import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import type { BootstrapRequirement } from '../assembly/assembly';
import { isDenied } from '../aws/failures';
import type { CheckList } from './check-list';

/** The version of the CDK's bootstrap in an environment; nothing when it has none. */
export async function bootstrapVersion(
  ssm: SSMClient,
  parameter: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const request = new GetParameterCommand({ Name: parameter });
    const { Parameter } = await ssm.send(request, { abortSignal: signal });
    return Number(Parameter?.Value);
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}

/**
 * Checks that the environment has what the CDK deploys with.
 *
 * Credentials that may only take on the CDK's roles may not read the version; the CDK then finds out by itself.
 *
 * @param remedy what bootstraps this environment
 */
export async function checkBootstrap(
  checks: CheckList,
  required: BootstrapRequirement,
  ssm: SSMClient,
  { remedy, words, signal }: { remedy: string; words: string; signal: AbortSignal },
): Promise<void> {
  const { parameter, version } = required;
  try {
    const found = await bootstrapVersion(ssm, parameter, signal);
    if (found === undefined) {
      checks.failed('bootstrap', {
        problem: `${words} is not bootstrapped for the CDK (no ${parameter})`,
        remedy,
      });
    } else if (!(found >= version)) {
      checks.failed('bootstrap', {
        problem: `the bootstrap of ${words} is at version ${found}, and the stack needs ${version}`,
        remedy,
      });
    } else checks.passed('bootstrap', `version ${found}`);
  } catch (error) {
    if (!isDenied(error)) throw error;
    checks.unsure('bootstrap', `these credentials may not read ${parameter}; the CDK will see`);
  }
}
