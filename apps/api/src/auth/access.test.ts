import { API_OPERATIONS, Problem } from '@spa-on-aws/shared-types';
import { expect, test } from 'vitest';
import { serveVerifyingApp } from '../../test/verifying-app';

const OPERATIONS = API_OPERATIONS.map(
  (operation) => [`${operation.method} ${operation.path}`, operation] as const,
);

test.each(OPERATIONS)(
  '%s accepts exactly the users of its declared access',
  async (_, { method, path, access }) => {
    const { call, issuer } = await serveVerifyingApp();
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

test.each([
  ['no groups', undefined],
  ['another group', ['users']],
  ['the name in another case', ['Admins']],
  ['a name that contains it', ['admins-eu', 'not admins']],
  ['the name with a space', ['admins ']],
  ['the name instead of a list', 'admins'],
  ['a list in the list', [['admins', 'x']]],
  ['an object', { admins: true }],
])('/api/admin rejects a user with %s', async (_, groups) => {
  const { call, issuer } = await serveVerifyingApp();
  const token = await issuer.token({ 'cognito:groups': groups });
  for (const path of ['/api/admin/statistics', '/api/admin', '/api/admin/nope', '/API/Admin/statistics/']) {
    const response = await call(`Bearer ${token}`, path);
    expect(response.status).toBe(403);
    expect(Problem.parse(await response.json()).detail).toBe('Only members of the group admins can do this');
  }
});

test('/api/admin/statistics returns the highest reserved id', async () => {
  const { call, issuer } = await serveVerifyingApp();
  const token = await issuer.token({ 'cognito:groups': ['users', 'admins'] });
  await call(`Bearer ${token}`);
  expect(await (await call(`Bearer ${token}`, '/api/admin/statistics')).json()).toEqual({
    lastGreetingId: 1,
  });
});
