import { z } from 'zod';
import { AttributeList, checkAliases, checkMutable, readAttributes } from '../attributes';
import { poolOf, userOf } from '../lookup';
import { Username } from '../users';
import { defineOperation } from '../operation';

/** Changes attributes of a user; a new e-mail address or phone number is verified only if the request says so. */
export const adminUpdateUserAttributes = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), Username, UserAttributes: AttributeList }),
  run({ UserPoolId, Username: name, UserAttributes }, call) {
    const hosted = poolOf(call, UserPoolId);
    const user = userOf(hosted, name);
    const attributes = readAttributes(UserAttributes, hosted.pool);
    checkMutable(hosted.pool, Object.keys(attributes));
    checkAliases(hosted, attributes, user);
    const unverified = ['email', 'phone_number'].filter(
      (attribute) =>
        attributes[attribute] !== undefined && attributes[attribute] !== user.attributes[attribute],
    );
    hosted.users.setAttributes(user.sub, {
      ...Object.fromEntries(unverified.map((attribute) => [`${attribute}_verified`, false])),
      ...attributes,
    });
    return {};
  },
});
