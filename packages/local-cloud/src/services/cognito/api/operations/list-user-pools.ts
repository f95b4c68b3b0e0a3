import { z } from 'zod';
import { Limit, pageOf } from '../pagination';
import { defineOperation } from '../operation';

/** Lists the user pools of the templates. */
export const listUserPools = defineOperation({
  access: 'admin',
  input: z.object({ MaxResults: Limit, NextToken: z.string().optional() }),
  run({ MaxResults, NextToken }, { pools }) {
    const { items, next } = pageOf(pools, MaxResults, NextToken);
    return { UserPools: items.map(({ pool: { id, name } }) => ({ Id: id, Name: name })), NextToken: next };
  },
});
