import { z } from 'zod';
import type { Trace } from '../../../trace/trace';
import { UserPoolsApiError } from '../errors';
import type { HostedClient } from '../pipeline/hosted-pool';
import type { User } from '../users/user-file';
import { invalidResponse, userAttributesOf } from './run-trigger';

/** A step of a custom sign-in, as triggers receive it. */
interface ChallengeResult {
  readonly challengeName: 'CUSTOM_CHALLENGE' | 'PASSWORD_VERIFIER' | 'SRP_A';
  readonly challengeResult: boolean;
  readonly challengeMetadata?: string | undefined;
}

/** A sign-in whose challenges the functions of the user pool choose. */
export interface CustomSignIn {
  /** As the client sent it: the user may not exist. */
  readonly username: string;
  readonly results: readonly ChallengeResult[];
  /** The challenge that the user answers next. */
  readonly challenge?: z.output<typeof Created>;
}

/** A custom sign-in and what its triggers receive. */
export interface CustomSignInRequest {
  readonly found: HostedClient;
  readonly signIn: CustomSignIn;
  /** `undefined` when the user does not exist. */
  readonly user: User | undefined;
  /** `ClientMetadata` of `RespondToAuthChallenge`; that of `InitiateAuth` is not sent to these triggers. */
  readonly clientMetadata: Readonly<Record<string, string>> | undefined;
  readonly trace: Trace;
}

type TriggerName = 'CreateAuthChallenge' | 'DefineAuthChallenge' | 'VerifyAuthChallengeResponse';

const Defined = z.looseObject({
  challengeName: z.string().nullish(),
  issueTokens: z.boolean().nullish(),
  failAuthentication: z.boolean().nullish(),
});

const Parameters = z.record(z.string(), z.string()).nullish();

const Created = z.looseObject({
  publicChallengeParameters: Parameters,
  privateChallengeParameters: Parameters,
  challengeMetadata: z.string().nullish(),
});

const Verified = z.looseObject({ answerCorrect: z.boolean().nullish() });

/** Asks for the next challenge, or for the end of the sign-in (row CG-TR-12). @throws UserPoolsApiError when the trigger fails */
export function defineAuthChallenge(request: CustomSignInRequest): Promise<z.output<typeof Defined>> {
  const { results: session } = request.signIn;
  return run('DefineAuthChallenge', request, { session }, Defined);
}

/** Asks for the contents of a challenge. @throws UserPoolsApiError when the trigger fails */
export function createAuthChallenge(request: CustomSignInRequest): Promise<z.output<typeof Created>> {
  const { results: session } = request.signIn;
  return run('CreateAuthChallenge', request, { challengeName: 'CUSTOM_CHALLENGE', session }, Created);
}

/** Returns whether an answer to the challenge is right. @throws UserPoolsApiError when the trigger fails */
export async function verifyAuthChallenge(
  request: CustomSignInRequest,
  challengeAnswer: string,
): Promise<boolean> {
  const privateChallengeParameters = request.signIn.challenge?.privateChallengeParameters ?? {};
  const more = { privateChallengeParameters, challengeAnswer };
  const { answerCorrect } = await run('VerifyAuthChallengeResponse', request, more, Verified);
  return answerCorrect === true;
}

async function run<Response extends z.ZodObject>(
  name: TriggerName,
  { found: { client, hosted }, signIn, user, clientMetadata, trace }: CustomSignInRequest,
  more: Readonly<Record<string, unknown>>,
  schema: Response,
): Promise<z.output<Response>> {
  const event = {
    source: `${name}_Authentication`,
    userName: user?.username ?? signIn.username,
    clientId: client.id,
    request: {
      userAttributes: user ? userAttributesOf(user) : {},
      ...more,
      ...(clientMetadata && { clientMetadata }),
      ...(client.hidesUnknownUsers && { userNotFound: user === undefined }),
    },
    response: Object.fromEntries(Object.keys(schema.shape).map((key) => [key, null])),
  };
  const response = await hosted.triggers.run(name, event, trace);
  if (!response) {
    throw new UserPoolsApiError(
      'InvalidParameterException',
      'Custom auth lambda trigger is not configured for the user pool.',
      `add ${name} to LambdaConfig of the user pool`,
    );
  }
  const read = schema.safeParse(response);
  if (!read.success) throw invalidResponse(z.prettifyError(read.error));
  return read.data;
}
