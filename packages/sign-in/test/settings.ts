import type { CognitoUserManagerSettings } from '../src/cognito-user-manager';

/** Origin of the site in tests; `vitest.config.ts` sets it too. */
export const origin = 'https://site.example';

/** Settings for the app client of the fake user pool. */
export const settings = {
  authority: 'https://pool.example/eu-west-1_Test',
  cognitoDomain: 'https://login.example',
  client_id: 'client1',
  redirect_uri: `${origin}/callback`,
  post_logout_redirect_uri: `${origin}/`,
  scope: 'openid profile greetings/read',
} satisfies CognitoUserManagerSettings;

/** Name of the channel of tabs with these settings. */
export const channelName = `cognito-session.1 ${settings.authority} ${settings.client_id}`;
