import { createHmac } from 'node:crypto';
import {
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider';
import { startCognito } from './running-cognito';

/** Starts user pools and the AWS SDK's client for them. */
export async function startWithSdk(...options: Parameters<typeof startCognito>) {
  const running = await startCognito(...options);
  const config: CognitoIdentityProviderClientConfig = {
    endpoint: running.origin,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  const sdk = new CognitoIdentityProviderClient(config);
  return {
    ...running,
    sdk,
    /** Returns the last six digits that the log has. */
    lastCode: () =>
      /\b(\d{6})\b[^\d]*$/.exec(
        running.logged.filter((line) => /code is \d{6}/.test(line)).at(-1) ?? '',
      )?.[1] ?? '',
    close: async () => {
      sdk.destroy();
      await running.close();
    },
  };
}

/** `SECRET_HASH` of a request. */
export function secretHash(
  username: string,
  { id, secret = '' }: { id: string; secret: string | undefined },
): string {
  return createHmac('sha256', secret).update(`${username}${id}`).digest('base64');
}
