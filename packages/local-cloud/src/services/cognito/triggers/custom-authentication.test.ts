import {
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, onTestFinished, test } from 'vitest';
import { fakeFunction, FUNCTION_ARN } from '../../../../test/functions';
import { payloadOf } from '../testing/payload';
import { startWithSdk } from '../testing/sdk';

const NAMES = ['DefineAuthChallenge', 'CreateAuthChallenge', 'VerifyAuthChallengeResponse'];

/** Responses of the functions, by trigger. */
type Responses = Readonly<Record<string, (request: Record<string, unknown>) => unknown>>;

const RESPONSES: Responses = {
  DefineAuthChallenge: ({ session }) => {
    const results = session as { challengeResult: boolean }[];
    if (results.length === 0) return { challengeName: 'CUSTOM_CHALLENGE' };
    return {
      issueTokens: results.at(-1)?.challengeResult,
      failAuthentication: !results.at(-1)?.challengeResult,
    };
  },
  CreateAuthChallenge: () => ({
    publicChallengeParameters: { question: 'the word' },
    privateChallengeParameters: { answer: 'open' },
    challengeMetadata: 'WORD',
  }),
  VerifyAuthChallengeResponse: ({ privateChallengeParameters, challengeAnswer }) => ({
    answerCorrect: (privateChallengeParameters as { answer: string }).answer === challengeAnswer,
  }),
};

/** Starts a pool whose triggers of custom sign-ins are a fake function. */
async function startWith(
  changes: Responses = {},
  { pool = {}, client = {}, triggers = NAMES }: { pool?: object; client?: object; triggers?: string[] } = {},
) {
  const responses: Responses = { ...RESPONSES, ...changes };
  const { functions, calls } = fakeFunction((event) => {
    const name = String(event['triggerSource']).split('_')[0] ?? '';
    return { ...event, response: responses[name]?.(event['request'] as Record<string, unknown>) ?? {} };
  });
  const LambdaConfig = Object.fromEntries(triggers.map((name) => [name, FUNCTION_ARN]));
  const ExplicitAuthFlows = ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
  const running = await startWithSdk(
    { pool: { LambdaConfig, ...pool }, client: { ExplicitAuthFlows, ...client } },
    { functions },
  );
  onTestFinished(() => running.close());
  const { clientId: ClientId, sdk } = running;
  return {
    ...running,
    calls,
    start: (USERNAME = 'ada') =>
      sdk.send(new InitiateAuthCommand({ AuthFlow: 'CUSTOM_AUTH', AuthParameters: { USERNAME }, ClientId })),
    answer: (Session: string | undefined, ANSWER: string, USERNAME = 'ada') => {
      const ChallengeResponses = { USERNAME, ANSWER };
      const ClientMetadata = { tenant: 'blue' };
      const input = {
        ChallengeName: 'CUSTOM_CHALLENGE',
        ChallengeResponses,
        ClientId,
        ClientMetadata,
      } as const;
      return sdk.send(new RespondToAuthChallengeCommand({ ...input, Session }));
    },
  };
}

test('functions choose, create and verify the challenges of a sign-in [CG-TR-12]', async () => {
  const { answer, calls, clientId, start } = await startWith();
  const challenge = await start();
  expect(challenge).toMatchObject({
    ChallengeName: 'CUSTOM_CHALLENGE',
    ChallengeParameters: { USERNAME: 'ada', question: 'the word' },
  });
  expect(JSON.stringify(challenge)).not.toContain('open');
  const { AuthenticationResult } = await answer(challenge.Session, 'open');
  expect(payloadOf(AuthenticationResult?.IdToken)['cognito:username']).toBe('ada');
  const result = { challengeName: 'CUSTOM_CHALLENGE', challengeResult: true, challengeMetadata: 'WORD' };
  const userAttributes = expect.objectContaining({ email: 'ada@example.com' }) as unknown;
  const clientMetadata = { tenant: 'blue' };
  expect(calls.map(({ event }) => [event['triggerSource'], event['request'], event['response']])).toEqual([
    [
      'DefineAuthChallenge_Authentication',
      { userAttributes, session: [], userNotFound: false },
      { challengeName: null, issueTokens: null, failAuthentication: null },
    ],
    [
      'CreateAuthChallenge_Authentication',
      { userAttributes, challengeName: 'CUSTOM_CHALLENGE', session: [], userNotFound: false },
      { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null },
    ],
    [
      'VerifyAuthChallengeResponse_Authentication',
      {
        userAttributes,
        privateChallengeParameters: { answer: 'open' },
        challengeAnswer: 'open',
        clientMetadata,
        userNotFound: false,
      },
      { answerCorrect: null },
    ],
    [
      'DefineAuthChallenge_Authentication',
      { userAttributes, session: [result], clientMetadata, userNotFound: false },
      { challengeName: null, issueTokens: null, failAuthentication: null },
    ],
  ]);
  expect(calls[0]?.event).toMatchObject({ userName: 'ada', callerContext: { clientId } });
});

test('a wrong answer ends the sign-in when DefineAuthChallenge says so; the session is used up [CG-TR-12]', async () => {
  const { answer, start } = await startWith();
  const { Session } = await start();
  const refused = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };
  await expect(answer(Session, 'closed')).rejects.toMatchObject(refused);
  await expect(answer(Session, 'open')).rejects.toMatchObject({
    message: expect.stringContaining('expired'),
  });
});

test('administrators sign users in with custom challenges [CG-TR-12]', async () => {
  const { clientId: ClientId, pool, sdk } = await startWith();
  const app = { ClientId, UserPoolId: pool.id };
  const AuthParameters = { USERNAME: 'ada' };
  const { Session } = await sdk.send(
    new AdminInitiateAuthCommand({ ...app, AuthFlow: 'CUSTOM_AUTH', AuthParameters }),
  );
  const ChallengeResponses = { USERNAME: 'ada', ANSWER: 'open' };
  const answer = { ...app, ChallengeName: 'CUSTOM_CHALLENGE', ChallengeResponses, Session } as const;
  const { AuthenticationResult } = await sdk.send(new AdminRespondToAuthChallengeCommand(answer));
  expect(AuthenticationResult?.AccessToken).toBeDefined();
});

test('unknown users get challenges but no tokens, when PreventUserExistenceErrors hides them [CG-TR-12]', async () => {
  const { answer, calls, start } = await startWith();
  const { Session } = await start('nobody');
  expect(calls[0]?.event).toMatchObject({
    userName: 'nobody',
    request: { userAttributes: {}, userNotFound: true },
  });
  await expect(answer(Session, 'open', 'nobody')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  const open = await startWith({}, { client: { PreventUserExistenceErrors: 'LEGACY' } });
  await expect(open.start('nobody')).rejects.toMatchObject({ name: 'UserNotFoundException' });
});

test('unconfirmed users get no challenge [CG-TR-12]', async () => {
  const { clientId: ClientId, sdk, start } = await startWith();
  await sdk.send(new SignUpCommand({ ClientId, Username: 'bob', Password: 'My-own-word-2' }));
  await expect(start('bob')).rejects.toMatchObject({ name: 'UserNotConfirmedException' });
});

test('the second factor that a pool requires follows the custom challenges [CG-TR-12]', async () => {
  const pool = { MfaConfiguration: 'ON', EnabledMfas: ['SOFTWARE_TOKEN_MFA'] };
  const { answer, start } = await startWith({}, { pool });
  const { Session } = await start();
  expect(await answer(Session, 'open')).toMatchObject({ ChallengeName: 'MFA_SETUP' });
});

test.each([
  ['no trigger', {}, 'InvalidParameterException', { triggers: [] }],
  ['no trigger that verifies', {}, 'InvalidParameterException', { triggers: NAMES.slice(0, 2) }],
  [
    'an unknown challenge',
    { DefineAuthChallenge: () => ({ challengeName: 'SMS_MFA' }) },
    'InvalidLambdaResponseException',
    {},
  ],
  ['no decision', { DefineAuthChallenge: () => ({}) }, 'InvalidLambdaResponseException', {}],
  [
    'PASSWORD_VERIFIER without SRP_A',
    { DefineAuthChallenge: () => ({ challengeName: 'PASSWORD_VERIFIER' }) },
    'InvalidLambdaResponseException',
    {},
  ],
  [
    'parameters that are no texts',
    { CreateAuthChallenge: () => ({ publicChallengeParameters: { number: 1 } }) },
    'InvalidLambdaResponseException',
    {},
  ],
  [
    'the flow switched off',
    {},
    'InvalidParameterException',
    { client: { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] } },
  ],
] as const)('a custom sign-in with %s fails [CG-TR-12]', async (_name, responses, error, changes) => {
  const { answer, start } = await startWith(responses, changes as Parameters<typeof startWith>[1]);
  const attempt = async () => answer((await start()).Session, 'open');
  await expect(attempt()).rejects.toMatchObject({ name: error });
});
