import { cognitoUserPoolsTokenProvider } from '@aws-amplify/auth/cognito';
import { Amplify } from '@aws-amplify/core';
import { vi } from 'vitest';
import type { RunningCognito } from './running-cognito';

/** Configures aws-amplify as its package does it, with the endpoint override. */
export function configureAmplify({ origin, pool, clientId }: RunningCognito): void {
  // It warns about every custom endpoint.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const Cognito = { userPoolId: pool.id, userPoolClientId: clientId, userPoolEndpoint: `${origin}/` };
  cognitoUserPoolsTokenProvider.setAuthConfig({ Cognito });
  Amplify.configure({ Auth: { Cognito } }, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } });
}
