import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Provider } from '../../../adapters/oidc-provider';
import type { FindClient, OAuthOptions } from '../pipeline/hosted-pool';
import type { SignInState } from '../state';

/** Dependencies of the operations. */
export interface ApiOptions extends Omit<OAuthOptions, 'findClient'> {
  /** Finds a client of any pool: the API needs no domain. */
  readonly findClient: FindClient;
  readonly provider: Provider;
  readonly state: Pick<SignInState, 'challenges' | 'codes' | 'newApps' | 'records'>;
  readonly log: Logger;
}

/** A request to the user pools API. */
export interface Call extends ApiOptions {
  readonly request: IncomingMessage;
}

export interface Operation {
  /** `user`: for apps; without AWS credentials. `admin`: for programs with AWS credentials. */
  readonly access: 'user' | 'admin';
  readonly input: z.ZodType;
  /** @throws UserPoolsApiError */
  run(input: unknown, call: Call): object | Promise<object>;
}

/** Declares an operation; infers the type of its input. */
export function defineOperation<Input extends z.ZodType>(operation: {
  readonly access: Operation['access'];
  readonly input: Input;
  run(input: z.output<Input>, call: Call): object | Promise<object>;
}): Operation {
  return operation as Operation;
}
