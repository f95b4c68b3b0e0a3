import {
  AdminConfirmSignUpCommand,
  AdminGetUserCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, onTestFinished, test } from 'vitest';
import { fakeFunction, FUNCTION_ARN } from '../../../../test/functions';
import { ADA } from '../testing/running-cognito';
import { startWithSdk } from '../testing/sdk';

const BOB = { Username: 'bob', Password: 'My-own-word-2' };
const OWN = { new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };

/** Starts a pool whose trigger after confirmation is a fake function. */
async function startWith(respond: Parameters<typeof fakeFunction>[0] = (event) => event) {
  const { functions, calls } = fakeFunction(respond);
  const LambdaConfig = { PostConfirmation: FUNCTION_ARN };
  const running = await startWithSdk(
    { pool: { LambdaConfig, AutoVerifiedAttributes: ['email'] } },
    { functions },
  );
  onTestFinished(() => running.close());
  const { sdk, clientId: ClientId } = running;
  const UserAttributes = [{ Name: 'email', Value: 'bob@example.com' }];
  return {
    ...running,
    calls,
    signUp: () => sdk.send(new SignUpCommand({ ClientId, ...BOB, UserAttributes })),
    confirm: () =>
      sdk.send(new ConfirmSignUpCommand({ ClientId, Username: 'bob', ConfirmationCode: running.lastCode() })),
  };
}

test('the trigger gets the confirmed user, by code and by an administrator [CG-TR-09]', async () => {
  const { calls, clientId, confirm, pool, sdk, signUp } = await startWith();
  await signUp();
  expect(calls).toHaveLength(0);
  await confirm();
  expect(calls[0]?.event).toMatchObject({
    version: '1',
    triggerSource: 'PostConfirmation_ConfirmSignUp',
    userName: 'bob',
    callerContext: { clientId },
    request: {
      userAttributes: {
        'cognito:user_status': 'CONFIRMED',
        email: 'bob@example.com',
        email_verified: 'true',
      },
    },
    response: {},
  });
  await sdk.send(new SignUpCommand({ ClientId: clientId, ...BOB, Username: 'eve' }));
  await sdk.send(new AdminConfirmSignUpCommand({ UserPoolId: pool.id, Username: 'eve' }));
  expect(calls[1]?.event).toMatchObject({
    triggerSource: 'PostConfirmation_ConfirmSignUp',
    userName: 'eve',
    callerContext: { clientId: 'CLIENT_ID_NOT_APPLICABLE' },
  });
});

test('the trigger runs after a forgotten password was reset [CG-TR-09]', async () => {
  const { calls, clientId: ClientId, lastCode, sdk } = await startWith();
  const { username: Username } = ADA;
  await sdk.send(new ForgotPasswordCommand({ ClientId, Username }));
  const reset = { ClientId, Username, ConfirmationCode: lastCode(), Password: 'My-own-word-2' };
  await sdk.send(new ConfirmForgotPasswordCommand(reset));
  expect(calls.map(({ event }) => event['triggerSource'])).toEqual([
    'PostConfirmation_ConfirmForgotPassword',
  ]);
});

test('a user whose trigger fails is confirmed all the same, and the app gets the message [CG-TR-09]', async () => {
  const { confirm, pool, sdk, signUp } = await startWith(() => {
    throw new Error('No mailbox');
  });
  await signUp();
  await expect(confirm()).rejects.toMatchObject({
    name: 'UserLambdaValidationException',
    message: 'PostConfirmation failed with error No mailbox.',
  });
  const user = await sdk.send(new AdminGetUserCommand({ UserPoolId: pool.id, Username: 'bob' }));
  expect(user.UserStatus).toBe('CONFIRMED');
});

test('the pages run the trigger, and show its message when it fails [CG-TR-09]', async () => {
  let fails = false;
  const { browser, calls, lastCode } = await startWith((event) => {
    if (fails) throw new Error('No <mailbox>');
    return event;
  });
  const visitor = browser();
  const signUp = await visitor.fetch(`/signup?${visitor.query()}`);
  const bob = { username: 'bob', 'attribute.email': 'bob@example.com', ...OWN };
  const codePage = await visitor.submitForm(signUp, bob);
  expect((await visitor.submitForm(codePage, { code: lastCode() })).status).toBe(302);
  fails = true;
  const forgot = await visitor.fetch(`/forgotPassword?${visitor.query()}`);
  const resetPage = await visitor.submitForm(forgot, { username: ADA.username });
  const failed = await visitor.submitForm(resetPage, { code: lastCode(), ...OWN });
  expect(failed.status).toBe(400);
  expect(await failed.text()).toContain('PostConfirmation failed with error No &lt;mailbox&gt;.');
  expect(calls.map(({ event }) => event['triggerSource'])).toEqual([
    'PostConfirmation_ConfirmSignUp',
    'PostConfirmation_ConfirmForgotPassword',
  ]);
});
