import { setTimeout } from 'node:timers/promises';
import { GetAccountCommand, UpdateAccountCommand } from '@aws-sdk/client-api-gateway';
import { AttachRolePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { GetParameterCommand, ParameterNotFound } from '@aws-sdk/client-ssm';
import type { AwsClients } from './clients';
import type { Connection } from './connection';

const ATTEMPTS = 20;
const ATTEMPT_INTERVAL_MS = 2000;

/** Returns the version of the CDK bootstrap stack, or `undefined` when the environment is not bootstrapped. */
export async function bootstrapVersion(
  { ssm }: AwsClients,
  parameter: string,
  abortSignal: AbortSignal,
): Promise<number | undefined> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter }), { abortSignal });
    return Number(Parameter?.Value);
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}

/** Returns the role with which API Gateway writes logs in a region, if the account has one. */
export async function apiGatewayLogsRole(
  { apiGateway }: AwsClients,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  return (await apiGateway.send(new GetAccountCommand({}), { abortSignal })).cloudwatchRoleArn;
}

/** Creates the role and makes it the one with which API Gateway writes logs in this region. */
export async function setApiGatewayLogsRole(
  roleName: string,
  { account, partition, clients: { iam, apiGateway } }: Connection,
  abortSignal: AbortSignal,
): Promise<void> {
  const create = new CreateRoleCommand({
    RoleName: roleName,
    Description: 'Lets API Gateway write logs to CloudWatch, in all regions that use it',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    }),
    Tags: [{ Key: 'created-by', Value: '@spa-on-aws/nx' }],
  });
  await iam.send(create, { abortSignal }).catch((error: Error) => {
    // Another region, or an attempt that was interrupted, created it.
    if (!['EntityAlreadyExists', 'EntityAlreadyExistsException'].includes(error.name)) throw error;
  });
  const attach = new AttachRolePolicyCommand({
    RoleName: roleName,
    PolicyArn: `arn:${partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`,
  });
  await iam.send(attach, { abortSignal });
  const arn = `arn:${partition}:iam::${account}:role/${roleName}`;
  const update = new UpdateAccountCommand({
    patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value: arn }],
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return void (await apiGateway.send(update, { abortSignal }));
    } catch (error) {
      // API Gateway sees a new role after some seconds.
      const isUnseen = error instanceof Error && error.name === 'BadRequestException';
      if (!isUnseen || attempt === ATTEMPTS) throw error;
    }
    await setTimeout(ATTEMPT_INTERVAL_MS, undefined, { signal: abortSignal });
  }
}
