import { randomBytes } from 'node:crypto';
import { derivedUuid } from '@spa-on-aws/cloudformation';
import { UserPoolsApiError } from '../errors';
import type { HostedClient } from '../pipeline/hosted-pool';
import type { CustomSignIn } from '../triggers/custom-authentication';
import type { Call } from './operation';
import { parameter, type Parameters } from './sign-in';
import { answerClient, hexOf } from './srp';

/** Answers with `PASSWORD_VERIFIER`. @throws UserPoolsApiError */
export function startSrp(
  call: Call,
  found: HostedClient,
  parameters: Parameters,
  custom?: CustomSignIn,
): object {
  const username = parameter(parameters, 'USERNAME');
  const clientPublicHex = parameter(parameters, 'SRP_A');
  const user = found.hosted.users.find(username);
  // The same answer for an unknown user, whose password is always wrong.
  const digest = user?.passwordDigest ?? randomBytes(32);
  const srp = /^[0-9a-f]{1,1024}$/i.test(clientPublicHex) ? answerClient(clientPublicHex, digest) : undefined;
  if (!srp) throw new UserPoolsApiError('InvalidParameterException', 'Invalid SRP_A');
  const session = call.state.challenges.open(
    {
      name: 'PASSWORD_VERIFIER',
      clientId: found.client.id,
      sub: user?.sub ?? '',
      srp,
      ...(custom && { custom }),
    },
    call.now() + found.client.authSessionSeconds * 1_000,
  );
  const { pool } = found.hosted;
  const simulated =
    pool.signIn.usernameAttributes.length > 0 ? derivedUuid(`${pool.id}/${username}`) : username;
  const userId = user?.username ?? simulated;
  return {
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeParameters: {
      SALT: hexOf(srp.salt),
      SECRET_BLOCK: Buffer.from(session).toString('base64'),
      SRP_B: hexOf(srp.publicValue),
      USERNAME: userId,
      USER_ID_FOR_SRP: userId,
    },
  };
}
