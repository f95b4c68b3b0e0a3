import { API_OPERATIONS } from '@spa-on-aws/shared-types';
import { expect, test } from 'vitest';
import { openSavedGreetings } from '../../test/history-table';
import { serveVerifyingApp } from '../../test/verifying-app';

const OPERATIONS = API_OPERATIONS.map(
  (operation) => [`${operation.method} ${operation.path}`, operation] as const,
);

test.each(OPERATIONS)(
  '%s accepts exactly the users of its declared access',
  async (_, { method, path, access }) => {
    const { call, issuer } = await serveVerifyingApp({ savedGreetings: await openSavedGreetings() });
    const url = path.replace(/\{\w+\}/g, '1');
    const statusFor = async (authorization?: string): Promise<number> =>
      (await call(authorization, url, { method })).status;
    const group = typeof access === 'object' ? access.group : 'any-group';
    const isRejected = {
      withoutToken: [401, 403].includes(await statusFor()),
      withoutGroup: [401, 403].includes(await statusFor(`Bearer ${await issuer.token()}`)),
      withGroup: [401, 403].includes(
        await statusFor(`Bearer ${await issuer.token({ 'cognito:groups': [group] })}`),
      ),
    };
    expect(isRejected).toEqual({
      withoutToken: access !== 'public',
      withoutGroup: typeof access === 'object',
      withGroup: false,
    });
  },
);
