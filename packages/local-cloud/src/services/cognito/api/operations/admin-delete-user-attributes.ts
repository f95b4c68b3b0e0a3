import { z } from 'zod';
import { deleteAttributes } from '../attributes';
import { poolOf, userOf } from '../lookup';
import { Username } from '../users';
import { defineOperation } from '../operation';

/** Deletes attributes of a user. */
export const adminDeleteUserAttributes = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Username, UserAttributeNames: z.array(z.string()) }),
  run({ UserPoolId, Username: name, UserAttributeNames }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    deleteAttributes(hosted, user, UserAttributeNames);
    return {};
  },
});
