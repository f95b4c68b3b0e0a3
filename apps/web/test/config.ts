import type { RuntimeConfig } from '@spa-on-aws/shared-types';

/** Configuration of the stage in tests. */
export const config: RuntimeConfig = {
  schemaVersion: 1,
  issuer: 'https://pool.example/eu-west-1_Test',
  cognitoDomain: 'https://login.example',
  clientId: 'client1',
  scopes: ['openid', 'profile', 'greetings/read'],
};
