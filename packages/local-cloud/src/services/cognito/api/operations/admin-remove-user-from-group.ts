import { z } from 'zod';
import { groupOf, poolOf, userOf } from '../lookup';
import { Username } from '../users';
import { defineOperation } from '../operation';

/** Removes a user from a group. */
export const adminRemoveUserFromGroup = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Username, GroupName: z.string() }),
  run({ UserPoolId, Username: name, GroupName }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    const { name: group } = groupOf(hosted, GroupName);
    const others = user.groups.map((each) => each.name).filter((each) => each !== group);
    hosted.users.setGroups(user.sub, others);
    return {};
  },
});
