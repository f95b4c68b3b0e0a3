import { z } from 'zod';
import { clientOfPool } from '../lookup';
import { respondToChallenge } from '../respond-to-challenge';
import { defineOperation } from '../operation';

/** Continues a sign-in on a server. */
export const adminRespondToAuthChallenge = defineOperation({
  access: 'admin',
  input: z.object({
    ChallengeName: z.string(),
    ChallengeResponses: z.record(z.string(), z.string()).default({}),
    ClientId: z.string(),
    ClientMetadata: z.record(z.string(), z.string()).optional(),
    UserPoolId: z.string(),
    Session: z.string().optional(),
  }),
  run: (input, call) => respondToChallenge(call, clientOfPool(call, input.UserPoolId, input.ClientId), input),
});
