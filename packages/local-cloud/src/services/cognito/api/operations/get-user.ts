import { z } from 'zod';
import { listAttributes } from '../attributes';
import { signedInUser } from '../lookup';
import { mfaSettings } from '../users';
import { defineOperation } from '../operation';

/** Returns the signed-in user, with the attributes that the app client may read. */
export const getUser = defineOperation({
  access: 'user',
  input: z.object({ AccessToken: z.string() }),
  async run({ AccessToken }, call) {
    const { client, user } = await signedInUser(call, AccessToken);
    return {
      Username: user.username,
      UserAttributes: listAttributes(user, client.readAttributes),
      ...mfaSettings(user),
    };
  },
});
