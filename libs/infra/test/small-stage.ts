import { UserPool } from 'aws-cdk-lib/aws-cognito';
import type { Stack } from 'aws-cdk-lib/core';
import { GreetingApi } from '../src/api/greeting-api';
import { Backend, type BackendProps } from '../src/backend/backend';
import { FunctionBackend, type FunctionBackendProps } from '../src/backend/function-backend';
import type { MonitoredStage } from '../src/monitoring/stage-metrics';
import { StaticSite } from '../src/site/static-site';
import { smallBuilds } from './synthesized';

/** Environment variables of the API in tests. */
export const ENVIRONMENT = { TOKEN_SCOPE: 'greetings/read' };

type StageBackendProps = Partial<Omit<BackendProps, 'capacity'> & FunctionBackendProps> & {
  readonly capacity?: BackendProps['capacity'] | 'lambda';
};

/** Adds the monitored resources of a stage to a stack. */
export function smallStage(stack: Stack, { capacity, ...options }: StageBackendProps = {}): MonitoredStage {
  const { apiBuild } = smallBuilds();
  const { distribution } = new StaticSite(stack, 'Site');
  const props = { apiBuild, environment: ENVIRONMENT, ...options };
  const backend =
    capacity === 'lambda'
      ? new FunctionBackend(stack, 'Backend', props)
      : new Backend(stack, 'Backend', { ...props, capacity });
  const api = new GreetingApi(stack, 'Api', {
    stageName: 'dev',
    userPool: new UserPool(stack, 'Pool'),
    scope: 'greetings/read',
    target: backend,
    requestsPerSecond: 800,
  });
  return { distribution, backend, api };
}
