import { z } from 'zod';
import { ADMIN_FLOWS, startAuthFlow } from '../auth-flows';
import { clientOfPool } from '../lookup';
import { defineOperation } from '../operation';

/** Starts a sign-in on a server. */
export const adminInitiateAuth = defineOperation({
  access: 'admin',
  input: z.object({
    AuthFlow: z.string(),
    AuthParameters: z.record(z.string(), z.string()).default({}),
    ClientId: z.string(),
    ClientMetadata: z.record(z.string(), z.string()).optional(),
    Session: z.string().optional(),
    UserPoolId: z.string(),
  }),
  run: (input, call) =>
    startAuthFlow(call, clientOfPool(call, input.UserPoolId, input.ClientId), input, ADMIN_FLOWS),
});
