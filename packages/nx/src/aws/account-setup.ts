import { setTimeout } from 'node:timers/promises';
import { type APIGatewayClient, GetAccountCommand, UpdateAccountCommand } from '@aws-sdk/client-api-gateway';
import { AttachRolePolicyCommand, CreateRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import type { Template } from '../stack/assembly';
import type { Connection } from './connection';

const ATTEMPTS = 20;
const ATTEMPT_INTERVAL_MS = 2000;

/** Returns the version of the CDK bootstrap stack, or `undefined` when the environment is not bootstrapped. */
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

/** Returns whether a template has an API stage that writes logs, which requires a role in the account settings. */
export function writesApiLogs({ Resources }: Template): boolean {
  return Object.values(Resources).some(
    ({ Type, Properties = {} }) =>
      Type === 'AWS::ApiGateway::Stage' &&
      (Properties['AccessLogSetting'] !== undefined ||
        (Properties['MethodSettings'] as { LoggingLevel?: string }[] | undefined)?.some(
          ({ LoggingLevel = 'OFF' }) => LoggingLevel !== 'OFF',
        )),
  );
}

/** Returns the role with which API Gateway writes logs in a region, if the account has one. */
export async function apiGatewayLogsRole(
  apiGateway: APIGatewayClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { cloudwatchRoleArn } = await apiGateway.send(new GetAccountCommand({}), { abortSignal: signal });
  return cloudwatchRoleArn;
}

/** Creates the role and makes it the one with which API Gateway writes logs in this region. */
export async function setApiGatewayLogsRole(
  roleName: string,
  { caller: { account, partition }, clients: { iam, apiGateway } }: Connection,
  signal: AbortSignal,
): Promise<void> {
  await createLogsRole(roleName, iam, partition, signal);
  const arn = `arn:${partition}:iam::${account}:role/${roleName}`;
  const request = new UpdateAccountCommand({
    patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value: arn }],
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await apiGateway.send(request, { abortSignal: signal });
      return;
    } catch (error) {
      // API Gateway sees a new role after some seconds.
      const isUnseen = error instanceof Error && error.name === 'BadRequestException';
      if (!isUnseen || attempt === ATTEMPTS) throw error;
    }
    await setTimeout(ATTEMPT_INTERVAL_MS, undefined, { signal });
  }
}

async function createLogsRole(
  roleName: string,
  iam: IAMClient,
  partition: string,
  signal: AbortSignal,
): Promise<void> {
  const create = new CreateRoleCommand({
    RoleName: roleName,
    Description: 'Lets API Gateway write logs to CloudWatch, in all regions that use it',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'apigateway.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    }),
    Tags: [{ Key: 'created-by', Value: '@spa-on-aws/nx' }],
  });
  await iam.send(create, { abortSignal: signal }).catch((error: Error) => {
    // Another region, or an attempt that was interrupted, created it.
    if (!['EntityAlreadyExists', 'EntityAlreadyExistsException'].includes(error.name)) throw error;
  });
  const attach = new AttachRolePolicyCommand({
    RoleName: roleName,
    PolicyArn: `arn:${partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`,
  });
  await iam.send(attach, { abortSignal: signal });
}
