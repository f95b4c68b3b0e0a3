import { z } from 'zod';
import { AttributeList, checkAliases, checkMutable, readAttributes } from '../attributes';
import { deliverCode } from '../codes';
import { signedInUser } from '../lookup';
import { defineOperation } from '../operation';

/** Changes attributes of the signed-in user; a changed e-mail address or phone number must be verified (row CG-UP-08). */
export const updateUserAttributes = defineOperation({
  access: 'user',
  input: z.object({ AccessToken: z.string(), UserAttributes: AttributeList }),
  async run({ AccessToken, UserAttributes }, call) {
    const { client, hosted, user } = await signedInUser(call, AccessToken);
    const { pool, users } = hosted;
    const attributes = readAttributes(UserAttributes, pool, client);
    checkMutable(pool, Object.keys(attributes));
    checkAliases(hosted, attributes, user);
    const changed = (['phone_number', 'email'] as const).filter(
      (name) => attributes[name] !== undefined && attributes[name] !== user.attributes[name],
    );
    const kept = changed.filter((name) => pool.keptUntilVerified.includes(name));
    const unverified = changed.filter((name) => !kept.includes(name));
    users.setAttributes(user.sub, {
      ...Object.fromEntries(
        Object.entries(attributes).filter(([name]) => !kept.some((each) => each === name)),
      ),
      ...Object.fromEntries(unverified.map((name) => [`${name}_verified`, false])),
    });
    const verified = changed.filter((name) => kept.includes(name) || pool.verifies.includes(name));
    const CodeDeliveryDetailsList = [];
    for (const attribute of verified) {
      const destination = { attribute, address: String(attributes[attribute]) };
      const changedUser = users.bySub(user.sub) ?? user;
      CodeDeliveryDetailsList.push(
        await deliverCode(call, { client, hosted }, changedUser, 'UpdateUserAttribute', destination),
      );
    }
    return { CodeDeliveryDetailsList };
  },
});
