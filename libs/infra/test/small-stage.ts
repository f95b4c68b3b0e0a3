import { UserPool } from 'aws-cdk-lib/aws-cognito';
import type { Stack } from 'aws-cdk-lib/core';
import { GreetingApi } from '../src/api/greeting-api';
import { Backend, type BackendProps } from '../src/backend/backend';
import type { MeasuredStage } from '../src/monitoring/stage-metrics';
import { StaticSite } from '../src/site/static-site';
import { smallBuilds } from './synthesized';

/** What a task asks of tokens, where it does not matter. */
export const TOKENS = { issuer: 'https://issuer.example/pool', clientId: 'client', scope: 'greetings/read' };

/** What of a stage is measured, in a stack. */
export function smallStage(stack: Stack, backendProps: Partial<BackendProps> = {}): MeasuredStage {
  const { apiBuild } = smallBuilds();
  const { distribution } = new StaticSite(stack, 'Site');
  const backend = new Backend(stack, 'Backend', { apiBuild, tokens: TOKENS, ...backendProps });
  const api = new GreetingApi(stack, 'Api', {
    stageName: 'dev',
    userPool: new UserPool(stack, 'Pool'),
    scope: 'greetings/read',
    loadBalancer: backend.loadBalancer,
    vpcLink: backend.vpcLink,
  });
  return { distribution, backend, api };
}
