import { z } from 'zod';
import { startAuthFlow, USER_FLOWS } from '../auth-flows';
import { clientOf } from '../lookup';
import { defineOperation } from '../operation';

/** Starts a sign-in: answers with a challenge or with tokens (rows CG-UP-03, CG-UP-04). */
export const initiateAuth = defineOperation({
  access: 'user',
  input: z.object({
    AuthFlow: z.string(),
    AuthParameters: z.record(z.string(), z.string()).default({}),
    ClientId: z.string(),
    ClientMetadata: z.record(z.string(), z.string()).optional(),
    Session: z.string().optional(),
  }),
  run: (input, call) => startAuthFlow(call, clientOf(call, input.ClientId), input, USER_FLOWS),
});
