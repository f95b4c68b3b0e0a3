import { z } from 'zod';
import { UserPoolsApiError } from '../../errors';
import type { User } from '../../users/user-file';
import { listAttributes } from '../attributes';
import { poolOf } from '../lookup';
import { Limit, pageOf } from '../pagination';
import { describeUser } from '../users';
import { defineOperation } from '../operation';

/** Lists users, all or those that a filter finds: `attribute = "value"` or `attribute ^= "prefix"`. */
export const listUsers = defineOperation({
  access: 'admin',
  input: z.object({
    AttributesToGet: z.array(z.string()).optional(),
    Filter: z.string().default(''),
    Limit,
    PaginationToken: z.string().optional(),
    UserPoolId: z.string(),
  }),
  run({ AttributesToGet, Filter, Limit: limit, PaginationToken, UserPoolId }, call) {
    const { users } = poolOf(call, UserPoolId);
    const { items, next } = pageOf(users.all().filter(filterOf(Filter)), limit, PaginationToken);
    return {
      Users: items.map((user) => ({
        ...describeUser(user),
        Attributes: listAttributes(user).filter(({ Name }) => AttributesToGet?.includes(Name) ?? true),
      })),
      PaginationToken: next,
    };
  },
});

const FILTERED = [
  'email',
  'family_name',
  'given_name',
  'name',
  'phone_number',
  'preferred_username',
] as const;

/** @throws UserPoolsApiError when the filter is not one that AWS accepts */
function filterOf(filter: string): (user: User) => boolean {
  if (filter.trim() === '') return () => true;
  const [, name = '', operator, quoted = ''] =
    /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter) ?? [];
  const valueOf = VALUES[name];
  if (!valueOf)
    throw new UserPoolsApiError('InvalidParameterException', `Error while parsing filter: ${filter}`);
  const value = quoted.replaceAll(/\\(.)/g, '$1');
  return operator === '='
    ? (user) => valueOf(user) === value
    : (user) => valueOf(user)?.startsWith(value) === true;
}

const VALUES: Readonly<Record<string, (user: User) => string | undefined>> = {
  ...Object.fromEntries(
    FILTERED.map((name) => [name, ({ attributes }: User) => attributes[name] && String(attributes[name])]),
  ),
  'cognito:user_status': ({ status }) => status,
  status: ({ enabled }) => (enabled ? 'Enabled' : 'Disabled'),
  sub: ({ sub }) => sub,
  username: ({ username }) => username,
};
