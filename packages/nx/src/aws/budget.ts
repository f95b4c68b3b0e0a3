import {
  CreateStackCommand,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { AwsRequestError } from '../errors';
import { describeStack } from '../stack/deployed-stack';
import type { AwsClients } from './clients';
import type { Connection } from './connection';

const STACK = 'account-budget';

/** Returns whether `bootstrap` created a budget with these credentials' account and region. */
export async function hasBudget(clients: AwsClients, abortSignal: AbortSignal): Promise<boolean> {
  return (await describeStack(clients, STACK, abortSignal)) !== undefined;
}

/**
 * Creates the account's budget, or changes its limit and its email address. AWS Budgets is global, so one region is enough.
 *
 * Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-budgets-budget.html>
 *
 * @param limit of the costs in a month, in USD
 * @throws {AwsRequestError} when CloudFormation cannot create it
 */
export async function setBudget(
  limit: number,
  email: string,
  { clients, links }: Pick<Connection, 'clients' | 'links'>,
  abortSignal: AbortSignal,
): Promise<void> {
  const { cloudFormation: client } = clients;
  const notification = (NotificationType: 'ACTUAL' | 'FORECASTED', Threshold: number) => ({
    Notification: { NotificationType, ComparisonOperator: 'GREATER_THAN', Threshold },
    Subscribers: [{ SubscriptionType: 'EMAIL', Address: email }],
  });
  const Properties = {
    Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: limit, Unit: 'USD' } },
    // In percent of the limit.
    NotificationsWithSubscribers: [notification('ACTUAL', 80), notification('FORECASTED', 100)],
  };
  const template = { Resources: { Budget: { Type: 'AWS::Budgets::Budget', Properties } } };
  const request = { StackName: STACK, TemplateBody: JSON.stringify(template) };
  const waiter = { client, maxWaitTime: 300, minDelay: 1, maxDelay: 5, abortSignal };
  try {
    if (await hasBudget(clients, abortSignal)) {
      await client.send(new UpdateStackCommand(request), { abortSignal });
      await waitUntilStackUpdateComplete(waiter, { StackName: STACK });
    } else {
      const { StackId } = await client.send(new CreateStackCommand({ ...request, OnFailure: 'DELETE' }), {
        abortSignal,
      });
      await waitUntilStackCreateComplete(waiter, { StackName: StackId });
    }
  } catch (error) {
    abortSignal.throwIfAborted();
    const { name, message } = error as Error;
    if (message.includes('No updates are to be performed')) return;
    if (name !== 'Error') throw error;
    throw new AwsRequestError(
      'CloudFormation could not create or change the budget.',
      `see the events at ${links.stack(STACK)}`,
      error,
    );
  }
}
