import {
  AdminCreateUserCommand,
  ListUsersCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, onTestFinished, test } from 'vitest';
import { fakeFunction, FUNCTION_ARN } from '../../../../test/functions';
import { locationOf } from '../testing/browser';
import { payloadOf } from '../testing/payload';
import { ADA } from '../testing/running-cognito';
import { startWithSdk } from '../testing/sdk';

const BOB = { Username: 'bob', Password: 'My-own-word-2' };
const EMAIL = { Name: 'email', Value: 'bob@example.com' };

/** Starts a pool whose triggers before sign-up and after confirmation are a fake function; `response` is of the first. */
async function startWith(response: object | Error, pool: object = {}) {
  const { functions, calls } = fakeFunction((event) => {
    if (event['triggerSource'] === 'PostConfirmation_ConfirmSignUp') return event;
    if (response instanceof Error) throw response;
    return { ...event, response };
  });
  const LambdaConfig = { PreSignUp: FUNCTION_ARN, PostConfirmation: FUNCTION_ARN };
  const running = await startWithSdk(
    { pool: { LambdaConfig, AutoVerifiedAttributes: ['email'], ...pool } },
    { functions, users: 'UsernameAttributes' in pool ? [] : [ADA] },
  );
  onTestFinished(() => running.close());
  const { clientId: ClientId, sdk } = running;
  return {
    ...running,
    calls,
    signUp: (more: Partial<SignUpCommand['input']> = {}) =>
      sdk.send(new SignUpCommand({ ClientId, ...BOB, UserAttributes: [EMAIL], ...more })),
    users: async () => (await sdk.send(new ListUsersCommand({ UserPoolId: running.pool.id }))).Users ?? [],
  };
}

test('the trigger confirms a user and verifies the e-mail address; the next trigger follows [CG-TR-10]', async () => {
  const { calls, clientId, signUp, users } = await startWith({
    autoConfirmUser: true,
    autoVerifyEmail: true,
  });
  const answer = await signUp({ ValidationData: [{ Name: 'invitation', Value: '42' }] });
  expect(answer).toMatchObject({ UserConfirmed: true, UserSub: expect.any(String) });
  expect(answer.CodeDeliveryDetails).toBeUndefined();
  expect(calls[0]?.event).toMatchObject({
    version: '1',
    triggerSource: 'PreSignUp_SignUp',
    userName: 'bob',
    callerContext: { clientId },
    request: { userAttributes: { email: 'bob@example.com' }, validationData: { invitation: '42' } },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  });
  expect(calls[1]?.event['triggerSource']).toBe('PostConfirmation_ConfirmSignUp');
  const bob = (await users()).find(({ Username }) => Username === 'bob');
  expect(bob?.UserStatus).toBe('CONFIRMED');
  expect(bob?.Attributes).toContainEqual({ Name: 'email_verified', Value: 'true' });
});

test('a user whom the trigger does not confirm gets a code [CG-TR-10]', async () => {
  const { signUp } = await startWith({ autoConfirmUser: false });
  const answer = await signUp();
  expect(answer.UserConfirmed).toBe(false);
  expect(answer.CodeDeliveryDetails?.AttributeName).toBe('email');
});

test('the name in the event is the generated one, when users sign in with an e-mail address [CG-TR-10]', async () => {
  const { calls, signUp } = await startWith({}, { UsernameAttributes: ['email'] });
  const { UserSub } = await signUp({ Username: 'bob@example.com', UserAttributes: [] });
  expect(calls[0]?.event).toMatchObject({
    userName: UserSub,
    request: { userAttributes: { email: 'bob@example.com' }, validationData: null },
  });
});

test.each([
  ['throws', new Error('By invitation only'), 'PreSignUp failed with error By invitation only.'],
  [
    'verifies a phone number that the user does not have',
    { autoVerifyPhone: true },
    'Unrecognizable lambda output',
  ],
  ['answers with a text', { autoConfirmUser: 'yes' }, 'Unrecognizable lambda output'],
])('no user is created when the trigger %s [CG-TR-10]', async (_case, response, message) => {
  const { signUp, users } = await startWith(response);
  await expect(signUp()).rejects.toMatchObject({ message });
  expect((await users()).map(({ Username }) => Username)).toEqual(['ada']);
});

test('an administrator’s new user can be refused, but not confirmed [CG-TR-10]', async () => {
  const { calls, pool, sdk } = await startWith({ autoConfirmUser: true, autoVerifyEmail: true });
  const request = { UserPoolId: pool.id, Username: 'bob', UserAttributes: [EMAIL] };
  const { User } = await sdk.send(new AdminCreateUserCommand(request));
  expect(User?.UserStatus).toBe('FORCE_CHANGE_PASSWORD');
  expect(User?.Attributes).not.toContainEqual({ Name: 'email_verified', Value: 'true' });
  expect(calls.map(({ event }) => event['triggerSource'])).toEqual(['PreSignUp_AdminCreateUser']);
  const refusing = await startWith(new Error('No'));
  const command = new AdminCreateUserCommand({ ...request, UserPoolId: refusing.pool.id });
  await expect(refusing.sdk.send(command)).rejects.toThrow('PreSignUp failed with error No.');
  expect(await refusing.users()).toHaveLength(1);
});

test('the sign-up page leads a confirmed user to the login page, and shows the message of the trigger [CG-TR-10]', async () => {
  const fields = {
    username: 'bob',
    'attribute.email': 'bob@example.com',
    new_password: BOB.Password,
    confirm_password: BOB.Password,
  };
  const confirming = await startWith({ autoConfirmUser: true, autoVerifyEmail: true });
  const visitor = confirming.browser();
  const done = await visitor.submitForm(await visitor.fetch(`/signup?${visitor.query()}`), fields);
  expect(locationOf(done).pathname).toBe('/login');
  const signedIn = await visitor.signIn({ username: 'bob', password: BOB.Password });
  const { body } = await visitor.redeem(signedIn.get('code'));
  expect(payloadOf(body['id_token'])).toMatchObject({ 'cognito:username': 'bob', email_verified: true });

  const other = (await startWith(new Error('By invitation only'))).browser();
  const refused = await other.submitForm(await other.fetch(`/signup?${other.query()}`), fields);
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('PreSignUp failed with error By invitation only.');
});
