import { z } from 'zod';
import { describeGroup } from '../groups';
import { poolOf } from '../lookup';
import { Limit, pageOf } from '../pagination';
import { defineOperation } from '../operation';

/** Lists the groups of the template. */
export const listGroups = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Limit, NextToken: z.string().optional() }),
  run({ UserPoolId, Limit: limit, NextToken }, call) {
    const hosted = poolOf(call, UserPoolId);
    const { items, next } = pageOf(hosted.pool.groups, limit, NextToken);
    return { Groups: items.map((group) => describeGroup(hosted, group)), NextToken: next };
  },
});
