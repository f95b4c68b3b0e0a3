import { z } from 'zod';
import { describeGroup } from '../groups';
import { groupOf, poolOf } from '../lookup';
import { defineOperation } from '../operation';

/** Returns a group of the template. */
export const getGroup = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), GroupName: z.string() }),
  run({ UserPoolId, GroupName }, call) {
    const hosted = poolOf(call, UserPoolId);
    return { Group: describeGroup(hosted, groupOf(hosted, GroupName)) };
  },
});
