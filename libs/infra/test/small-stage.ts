import { UserPool } from 'aws-cdk-lib/aws-cognito';
import type { Stack } from 'aws-cdk-lib/core';
import { GreetingApi } from '../src/api/greeting-api';
import { Backend, type BackendProps } from '../src/backend/backend';
import type { MonitoredStage } from '../src/monitoring/stage-metrics';
import { StaticSite } from '../src/site/static-site';
import { smallBuilds } from './synthesized';

/** A token verification for tests. */
export const TOKEN_VERIFICATION = {
  issuer: 'https://issuer.example/pool',
  clientId: 'client',
  scope: 'greetings/read',
};

/** Adds the monitored resources of a stage to a stack. */
export function smallStage(stack: Stack, backendProps: Partial<BackendProps> = {}): MonitoredStage {
  const { apiBuild } = smallBuilds();
  const { distribution } = new StaticSite(stack, 'Site');
  const backend = new Backend(stack, 'Backend', {
    apiBuild,
    tokenVerification: TOKEN_VERIFICATION,
    ...backendProps,
  });
  const api = new GreetingApi(stack, 'Api', {
    stageName: 'dev',
    userPool: new UserPool(stack, 'Pool'),
    scope: 'greetings/read',
    loadBalancer: backend.loadBalancer,
    vpcLink: backend.vpcLink,
  });
  return { distribution, backend, api };
}
