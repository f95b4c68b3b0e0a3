import { setTimeout } from 'node:timers/promises';
import { GetAccountCommand, UpdateAccountCommand } from '@aws-sdk/client-api-gateway';
import { DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  GetRoleCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
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

/** Returns whether the account has the service-linked role of ECS. */
export async function hasEcsRole({ iam }: AwsClients, abortSignal: AbortSignal): Promise<boolean> {
  try {
    await iam.send(new GetRoleCommand({ RoleName: 'AWSServiceRoleForECS' }), { abortSignal });
    return true;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return false;
    throw error;
  }
}

/**
 * Creates the service-linked role of ECS.
 *
 * ECS creates it, too, when an account uses ECS for the first time. But a stack that creates a cluster and its capacity at
 * once can fail then, because the role is not there in time.
 */
export async function createEcsRole({ iam }: AwsClients, abortSignal: AbortSignal): Promise<void> {
  const create = new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' });
  await iam.send(create, { abortSignal }).catch((error: Error) => {
    // ECS has created it in the meantime.
    if (!/has been taken in this account/.test(error.message)) throw error;
  });
}

/** An availability zone. */
export interface AvailabilityZone {
  /** Such as `eu-west-3a`, which is another zone in each account. */
  readonly name: string;
  /** Such as `euw3-az1` */
  readonly id: string;
}

/** Returns the availability zones of the region by name. */
export async function availabilityZones(
  { ec2 }: AwsClients,
  abortSignal: AbortSignal,
): Promise<AvailabilityZone[]> {
  const request = new DescribeAvailabilityZonesCommand({
    Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }],
  });
  const { AvailabilityZones = [] } = await ec2.send(request, { abortSignal });
  return AvailabilityZones.map(({ ZoneName: name = '', ZoneId: id = '' }) => ({ name, id })).sort((a, b) =>
    a.name.localeCompare(b.name),
  );
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
