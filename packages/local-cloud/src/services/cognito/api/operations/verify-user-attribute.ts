import { z } from 'zod';
import { checkAliases } from '../attributes';
import { useCode } from '../codes';
import { signedInUser } from '../lookup';
import { defineOperation } from '../operation';

/** Verifies an attribute of the signed-in user, with the code that was sent to its value. */
export const verifyUserAttribute = defineOperation({
  access: 'user',
  input: z.object({
    AccessToken: z.string(),
    AttributeName: z.enum(['email', 'phone_number']),
    Code: z.string(),
  }),
  async run({ AccessToken, AttributeName, Code }, call) {
    const { hosted, user } = await signedInUser(call, AccessToken);
    const { attribute, address } = useCode(call, user.sub, AttributeName, Code);
    checkAliases(hosted, { [attribute]: address }, user);
    hosted.users.setAttributes(user.sub, { [attribute]: address, [`${attribute}_verified`]: true });
    return {};
  },
});
