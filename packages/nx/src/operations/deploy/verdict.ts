import type { Fault } from '../errors';
import type { DeployedStack } from '../stack/deployed-stack';
import { isInProgress } from '../stack/stack-watch';

/** What a deployment would do to a stack. */
export type Verdict = { readonly action: string } | Fault;

/** Says what a deployment does to a stack in its state, or why it cannot. */
export function deploymentVerdict(stack: DeployedStack | undefined, name: string, stage: string): Verdict {
  if (!stack || stack.status === 'REVIEW_IN_PROGRESS') return { action: 'is created' };
  const { status } = stack;
  if (isInProgress(status)) {
    return {
      problem: `${name} is ${status}: somebody else is at work on it`,
      remedy: 'wait until that has ended, then start again',
    };
  }
  switch (status) {
    case 'ROLLBACK_COMPLETE':
    case 'CREATE_FAILED':
      return { action: `is created anew (it is ${status}: its first creation failed)` };
    case 'DELETE_FAILED':
    case 'ROLLBACK_FAILED':
      return {
        problem: `${name} is ${status}: it can only be deleted`,
        remedy: `npx nx destroy infra --stage=${stage}`,
      };
    case 'UPDATE_ROLLBACK_FAILED':
      return {
        problem: `${name} is ${status}: the rollback has to be ended first`,
        remedy: `aws cloudformation continue-update-rollback --stack-name ${name}`,
      };
    default:
      return { action: `is updated (${status}${since(stack.changedAt)})` };
  }
}

function since(date: Date | undefined): string {
  return date ? ` since ${date.toISOString().replace('T', ' ').slice(0, 16)} UTC` : '';
}
