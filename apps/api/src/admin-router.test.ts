import { Problem } from '@spa-on-aws/shared-types';
import { expect, test } from 'vitest';
import { serveVerifyingApp } from '../test/verifying-app';

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
  await call(`Bearer ${token}`, '/api/greeting');
  expect(await (await call(`Bearer ${token}`, '/api/admin/statistics')).json()).toEqual({
    lastGreetingId: 1,
  });
});
