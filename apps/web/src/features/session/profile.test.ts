import { expect, test } from 'vitest';
import { userWith } from '../../../test/user';
import { displayName, groupsOf } from './profile';

test.each([
  [{ name: 'Dana Demo', 'cognito:username': 'dana' }, 'Dana Demo'],
  [{ 'cognito:username': 'dana', email: 'dana@example.com' }, 'dana'],
  [{ 'cognito:username': 'user-1', email: 'dana@example.com' }, 'dana@example.com'],
  [{ name: '', email: 'dana@example.com' }, 'dana@example.com'],
  [{}, 'user-1'],
])('displayName of %o is %s', (claims, name) => {
  const { sub, iss, aud, exp, iat } = userWith().profile;
  expect(displayName({ profile: { sub, iss, aud, exp, iat, ...claims } })).toBe(name);
});

test.each([
  [{ 'cognito:groups': ['admins', 'staff'] }, ['admins', 'staff']],
  [{}, []],
  [{ 'cognito:groups': 'admins' }, []],
])('groupsOf of %o is %j', (claims, groups) => {
  const { sub, iss, aud, exp, iat } = userWith().profile;
  expect(groupsOf({ profile: { sub, iss, aud, exp, iat, ...claims } })).toEqual(groups);
});
