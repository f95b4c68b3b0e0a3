import { z } from 'zod';
import { groupOf, poolOf, userOf } from '../lookup';
import { Username } from '../users';
import { defineOperation } from '../operation';

/** Adds a user to a group of the template. */
export const adminAddUserToGroup = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Username, GroupName: z.string() }),
  run({ UserPoolId, Username: name, GroupName }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    const { name: group } = groupOf(hosted, GroupName);
    hosted.users.setGroups(user.sub, [...user.groups.map((each) => each.name), group]);
    return {};
  },
});
