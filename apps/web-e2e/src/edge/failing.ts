import { OPENAPI_PATH } from '@spa-on-aws/shared-types';
import { expect, test } from '../fixtures';

test('fails while a user is signed in', async ({ signedInSite, user, tokens }) => {
  await expect(signedInSite.logoutButton).toBeVisible();
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  await expect.soft(await user.request.put(OPENAPI_PATH, { headers })).toBeOK();
  await expect.soft(await user.request.get(`${user.config.cognitoDomain}/missing`)).toBeOK();
  expect(tokens).toEqual({});
});
