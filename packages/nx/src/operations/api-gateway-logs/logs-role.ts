import { setTimeout } from 'node:timers/promises';
import { type APIGatewayClient, GetAccountCommand, UpdateAccountCommand } from '@aws-sdk/client-api-gateway';
import { AttachRolePolicyCommand, CreateRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import type { Template } from '../assembly/template';
import type { Caller } from '../aws/place';

/** The role that is made when an account has named none; it is the same for all regions. */
export const LOGS_ROLE = 'spa-on-aws-api-gateway-logs';

const ATTEMPTS = 20;
const ATTEMPT_INTERVAL_MS = 2000;

/** Whether a template has an API stage that writes logs, which API Gateway refuses without a role for it. */
export function writesApiLogs(template: Template): boolean {
  return Object.values(template.Resources).some(
    ({ Type, Properties = {} }) =>
      Type === 'AWS::ApiGateway::Stage' &&
      (Properties['AccessLogSetting'] !== undefined ||
        (Properties['MethodSettings'] as { LoggingLevel?: string }[] | undefined)?.some(
          ({ LoggingLevel = 'OFF' }) => LoggingLevel !== 'OFF',
        )),
  );
}

/** The role by which API Gateway writes logs in a region; nothing when the account has named none. */
export async function apiGatewayLogsRole(
  apiGateway: APIGatewayClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { cloudwatchRoleArn } = await apiGateway.send(new GetAccountCommand({}), { abortSignal: signal });
  return cloudwatchRoleArn;
}

/**
 * Makes the role and names it to API Gateway, for this region.
 *
 * @returns its ARN
 */
export async function nameApiGatewayLogsRole(
  { iam, apiGateway }: { readonly iam: IAMClient; readonly apiGateway: APIGatewayClient },
  { account, partition }: Caller,
  signal: AbortSignal,
): Promise<string> {
  await createLogsRole(iam, partition, signal);
  const arn = `arn:${partition}:iam::${account}:role/${LOGS_ROLE}`;
  const request = new UpdateAccountCommand({
    patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value: arn }],
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await apiGateway.send(request, { abortSignal: signal });
      return arn;
    } catch (error) {
      // A new role takes some seconds until API Gateway sees it.
      const mayBeUnseen = error instanceof Error && error.name === 'BadRequestException';
      if (!mayBeUnseen || attempt === ATTEMPTS) throw error;
    }
    await setTimeout(ATTEMPT_INTERVAL_MS, undefined, { signal });
  }
}

async function createLogsRole(iam: IAMClient, partition: string, signal: AbortSignal): Promise<void> {
  const create = new CreateRoleCommand({
    RoleName: LOGS_ROLE,
    Description: 'Lets API Gateway write logs to CloudWatch, in all regions that name it',
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
    Tags: [{ Key: 'project', Value: 'spa-on-aws' }],
  });
  await iam.send(create, { abortSignal: signal }).catch((error: Error) => {
    // It is there from another region, or from an attempt that was interrupted.
    if (!['EntityAlreadyExists', 'EntityAlreadyExistsException'].includes(error.name)) throw error;
  });
  const attach = new AttachRolePolicyCommand({
    RoleName: LOGS_ROLE,
    PolicyArn: `arn:${partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`,
  });
  await iam.send(attach, { abortSignal: signal });
}
