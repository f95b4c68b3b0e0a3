import { z } from 'zod';
import { describeGroup } from '../groups';
import { poolOf, userOf } from '../lookup';
import { Limit, pageOf } from '../pagination';
import { Username } from '../users';
import { defineOperation } from '../operation';

/** Lists the groups of a user. */
export const adminListGroupsForUser = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Username, Limit, NextToken: z.string().optional() }),
  run({ UserPoolId, Username: name, Limit: limit, NextToken }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    const { items, next } = pageOf(user.groups, limit, NextToken);
    return { Groups: items.map((group) => describeGroup(hosted, group)), NextToken: next };
  },
});
