import { z } from 'zod';
import { checkWritable, deleteAttributes } from '../attributes';
import { signedInUser } from '../lookup';
import { defineOperation } from '../operation';

/** Deletes attributes of the signed-in user. */
export const deleteUserAttributes = defineOperation({
  access: 'user',
  input: z.object({ AccessToken: z.string(), UserAttributeNames: z.array(z.string()) }),
  async run({ AccessToken, UserAttributeNames }, call) {
    const { client, hosted, user } = await signedInUser(call, AccessToken);
    checkWritable(UserAttributeNames, hosted.pool, client);
    deleteAttributes(hosted, user, UserAttributeNames);
    return {};
  },
});
