import { User } from 'oidc-client-ts';

/** Returns a signed-in user whose access token expires in `secondsLeft`. */
export function userWith(
  change: Partial<ConstructorParameters<typeof User>[0]> = {},
  secondsLeft = 3600,
): User {
  const now = Math.floor(Date.now() / 1000);
  return new User({
    id_token: 'header.id-claims.signature',
    access_token: 'header.access-claims.signature',
    refresh_token: 'refresh-1',
    token_type: 'Bearer',
    scope: 'openid greetings/read',
    expires_at: now + secondsLeft,
    profile: {
      sub: 'user-1',
      iss: 'https://pool.example/eu-west-1_Test',
      aud: 'client1',
      iat: now,
      exp: now + secondsLeft,
      name: 'Dana Demo',
    },
    ...change,
  });
}
