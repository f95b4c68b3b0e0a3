import { InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import { expect, onTestFinished, test } from 'vitest';
import { fakeFunction, FUNCTION_ARN } from '../../../../test/functions';
import { ADA } from '../testing/running-cognito';
import { startWithSdk } from '../testing/sdk';

/** Starts a pool whose trigger before token generation is a fake function. */
async function startWith(
  respond: Parameters<typeof fakeFunction>[0],
  options: { readonly triggerTimeoutMs?: number } = {},
) {
  const { functions, calls } = fakeFunction(respond);
  const running = await startWithSdk(
    {
      pool: { LambdaConfig: { PreTokenGeneration: FUNCTION_ARN } },
      client: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] },
    },
    { functions, ...options },
  );
  onTestFinished(() => running.close());
  const signIn = () =>
    running.sdk.send(
      new InitiateAuthCommand({
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: ADA.username, PASSWORD: ADA.password },
        ClientId: running.clientId,
      }),
    );
  return { ...running, calls, signIn };
}

test('a trigger gets the event of its version, called by Cognito for the user pool [CG-TR-01]', async () => {
  const { calls, clientId, pool, signIn } = await startWith((event) => event);
  await signIn();
  expect(calls).toHaveLength(1);
  expect(calls[0]?.event).toEqual({
    version: '1',
    region: 'eu-west-1',
    userPoolId: pool.id,
    userName: 'ada',
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
    triggerSource: 'TokenGeneration_Authentication',
    request: {
      userAttributes: {
        sub: expect.stringMatching(/^[\da-f-]{36}$/),
        'cognito:user_status': 'CONFIRMED',
        email: ADA.email,
        email_verified: 'true',
        name: ADA.name,
      },
      groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
    },
    response: { claimsOverrideDetails: null },
  });
  expect(calls[0]?.invoker).toEqual({
    principal: 'cognito-idp.amazonaws.com',
    sourceArn: pool.arn,
    accountId: '111122223333',
  });
});

test.each([
  [
    'throws',
    () => {
      throw new Error('Not today');
    },
    'UserLambdaValidationException',
    'PreTokenGeneration failed with error Not today.',
  ],
  ['returns no event', () => ({}), 'InvalidLambdaResponseException', 'Unrecognizable lambda output'],
  ['returns null', () => null, 'InvalidLambdaResponseException', 'Unrecognizable lambda output'],
  [
    'may not be called',
    () => {
      throw { kind: 'rejected', reason: 'denied' };
    },
    'UnexpectedLambdaException',
    'PreTokenGeneration invocation failed due to error AccessDeniedException.',
  ],
  [
    'is throttled',
    () => {
      throw { kind: 'rejected', reason: 'throttled' };
    },
    'UnexpectedLambdaException',
    'PreTokenGeneration invocation failed due to error TooManyRequestsException.',
  ],
])('a sign-in fails when the function of a trigger %s [CG-TR-03]', async (_case, respond, name, message) => {
  const { signIn } = await startWith(respond);
  await expect(signIn()).rejects.toMatchObject({ name, message });
});

test('a trigger that does not answer in time is called three times, then the sign-in fails [CG-TR-02]', async () => {
  const { calls, signIn } = await startWith(() => new Promise(() => undefined), { triggerTimeoutMs: 20 });
  await expect(signIn()).rejects.toMatchObject({
    name: 'UnexpectedLambdaException',
    message:
      'PreTokenGeneration invocation failed due to error Socket timeout while invoking Lambda function.',
  });
  expect(calls).toHaveLength(3);
});

test('a trigger that answers late only once does not fail the sign-in [CG-TR-02]', async () => {
  let calls = 0;
  const { signIn } = await startWith((event) => (calls++ === 0 ? new Promise(() => undefined) : event), {
    triggerTimeoutMs: 200,
  });
  expect((await signIn()).AuthenticationResult?.IdToken).toBeDefined();
});
