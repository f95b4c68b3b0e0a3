import { z } from 'zod';
import { clientOf } from '../lookup';
import { respondToChallenge } from '../respond-to-challenge';
import { defineOperation } from '../operation';

/** Continues a sign-in. */
export const respondToAuthChallenge = defineOperation({
  access: 'user',
  input: z.object({
    ChallengeName: z.string(),
    ChallengeResponses: z.record(z.string(), z.string()).default({}),
    ClientId: z.string(),
    ClientMetadata: z.record(z.string(), z.string()).optional(),
    Session: z.string().optional(),
  }),
  run: (input, call) => respondToChallenge(call, clientOf(call, input.ClientId), input),
});
