import type { Connection } from '../aws/connection';
import { type Context, nxCommand } from '../executor';
import { CONTENTS } from '../stack/assembly';
import type { DeployedStack } from '../stack/deployed-stack';
import { type FinishedResource, finishedResources, firstCause, lastOperation } from '../stack/stack-events';

/** Resources in the list of those that took longest. */
const SHOWN = 5;

/** Describes the resources that took longest in the last operation on a stack. */
export async function slowestResources(
  stack: DeployedStack,
  { clients }: Connection,
  abortSignal: AbortSignal,
): Promise<string[]> {
  const finished = finishedResources(await lastOperation(clients, stack, abortSignal));
  return finished
    .filter(({ seconds }) => seconds > 0)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SHOWN)
    .map(({ seconds, name }) => `  ${String(seconds).padStart(7)} s  ${name}`);
}

/** Causes of a failure, and what to do. The first one that matches the reason applies. */
const REMEDIES: readonly [
  reason: RegExp,
  remedy: (connection: Connection, stack: DeployedStack, context: Context) => string,
][] = [
  [
    /service.linked role/i,
    ({ region }, _, context) => `${nxCommand(context, 'bootstrap')} --region=${region}`,
  ],
  [
    /circuit breaker|did not stabilize|failed to start|exceeded attempts to wait/i,
    ({ links }, { name }) => `read the logs of the containers: ${links.logs(name)}`,
  ],
  [
    /limit exceeded|limit has been reached|quota|maximum number of/i,
    ({ region }) =>
      `request a higher quota: https://console.aws.amazon.com/servicequotas/home?region=${region}`,
  ],
  [
    /not authorized|access ?denied/i,
    () => 'the execution role of the CDK bootstrap stack, or a policy of your organization, denies this',
  ],
  [/already exists/i, () => 'delete the resource with this name, or use another stage name'],
];

/** Explains why the last operation on a stack failed. */
export async function explainFailure(
  stack: DeployedStack,
  connection: Connection,
  context: Context,
): Promise<{ readonly cause: string; readonly remedy: string }> {
  const events = await lastOperation(connection.clients, stack, context.interruption.signal);
  const first = firstCause(events);
  const remedy = REMEDIES.find(([reason]) => reason.test(first?.reason ?? ''))?.[1];
  return {
    cause: first ? ` First cause: ${first.name}: ${first.reason}` : '',
    remedy: [
      ...(remedy ? [remedy(connection, stack, context)] : []),
      `all events: ${connection.links.stack(stack.id)}`,
    ].join('; '),
  };
}

/** Commands of the AWS CLI that delete a retained resource. */
const DELETE_COMMANDS: Readonly<Record<string, (id: string) => string>> = {
  'AWS::Cognito::UserPool': (id) => `cognito-idp delete-user-pool --user-pool-id ${id}`,
  'AWS::DynamoDB::Table': (id) => `dynamodb delete-table --table-name ${id}`,
  'AWS::S3::Bucket': (id) => `s3 rb s3://${id} --force`,
  'AWS::Logs::LogGroup': (id) => `logs delete-log-group --log-group-name ${id}`,
  'AWS::KMS::Key': (id) => `kms schedule-key-deletion --key-id ${id}`,
};

/**
 * Lists what a failed first deployment has left: CloudFormation does not delete resources whose deletion policy retains
 * them. The next attempt creates others.
 */
export async function leftovers(
  stack: DeployedStack,
  { clients, region }: Connection,
  abortSignal: AbortSignal,
): Promise<string[]> {
  const finished = finishedResources(await lastOperation(clients, stack, abortSignal));
  const left = finished.filter(({ status }) => status === 'DELETE_SKIPPED');
  if (left.length === 0) return [];
  const describe = ({ name, type, physicalId }: FinishedResource): string[] => {
    const command = DELETE_COMMANDS[type]?.(physicalId);
    return [
      `  ${name} ${physicalId}, with ${CONTENTS[type] ?? 'its content'}`,
      ...(command ? [`    delete it: aws ${command} --region ${region}`] : []),
    ];
  };
  return [
    'The failed first deployment has left these resources. The next one creates others.',
    ...left.flatMap(describe),
  ];
}
