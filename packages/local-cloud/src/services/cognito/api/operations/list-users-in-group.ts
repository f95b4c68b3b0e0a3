import { z } from 'zod';
import { groupOf, poolOf } from '../lookup';
import { Limit, pageOf } from '../pagination';
import { describeUser } from '../users';
import { defineOperation } from '../operation';

/** Lists the users of a group. */
export const listUsersInGroup = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), GroupName: z.string(), Limit, NextToken: z.string().optional() }),
  run({ UserPoolId, GroupName, Limit: limit, NextToken }, call) {
    const hosted = poolOf(call, UserPoolId);
    const { name } = groupOf(hosted, GroupName);
    const members = hosted.users.all().filter(({ groups }) => groups.some((group) => group.name === name));
    const { items, next } = pageOf(members, limit, NextToken);
    return { Users: items.map(describeUser), NextToken: next };
  },
});
