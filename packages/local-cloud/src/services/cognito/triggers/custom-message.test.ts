import {
  AdminCreateUserCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  GetUserAttributeVerificationCodeCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, onTestFinished, test } from 'vitest';
import { fakeFunction, FUNCTION_ARN } from '../../../../test/functions';
import { locationOf } from '../testing/browser';
import { ADA } from '../testing/running-cognito';
import { startWithSdk } from '../testing/sdk';

const BOB = { Username: 'bob', Password: 'My-own-word-2' };
const EMAIL = { Name: 'email', Value: 'bob@example.com' };

/** Texts that name their event and have the placeholders. */
const texts = (event: Record<string, unknown>): object => {
  const { codeParameter, usernameParameter } = event['request'] as Record<string, string | null>;
  const text = `${String(event['triggerSource'])} ${usernameParameter ?? ''} ${codeParameter ?? ''}`;
  return { emailSubject: 'Hello', emailMessage: text, smsMessage: text };
};

/** Starts a pool whose messages are of a fake function. */
async function startWith(respond: (event: Record<string, unknown>) => object = texts) {
  const { functions, calls } = fakeFunction((event) => ({ ...event, response: respond(event) }));
  const LambdaConfig = { CustomMessage: FUNCTION_ARN };
  const running = await startWithSdk(
    {
      pool: { LambdaConfig, AutoVerifiedAttributes: ['email'] },
      client: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] },
    },
    { functions },
  );
  onTestFinished(() => running.close());
  const { clientId: ClientId, sdk, logged } = running;
  const messages = () =>
    logged
      .map((line) => JSON.parse(line) as { msg: string; to?: string })
      .flatMap(({ msg, to }) =>
        to === undefined ? [] : [`${to}: ${msg.replace(/^.* of the user pool: /, '')}`],
      );
  const signUp = () => sdk.send(new SignUpCommand({ ClientId, ...BOB, UserAttributes: [EMAIL] }));
  return { ...running, calls, messages, signUp };
}

test('the function writes the messages of all events, with their codes [CG-TR-13]', async () => {
  const { calls, clientId: ClientId, messages, pool, sdk, signUp } = await startWith();
  await signUp();
  await sdk.send(new ResendConfirmationCodeCommand({ ClientId, Username: 'bob' }));
  const code = /\d{6}$/.exec(messages().at(-1) ?? '')?.[0];
  await sdk.send(new ConfirmSignUpCommand({ ClientId, Username: 'bob', ConfirmationCode: code }));
  await sdk.send(new ForgotPasswordCommand({ ClientId, Username: 'bob' }));
  const AuthParameters = { USERNAME: 'bob', PASSWORD: BOB.Password };
  const { AuthenticationResult } = await sdk.send(
    new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters, ClientId }),
  );
  const { AccessToken } = AuthenticationResult ?? {};
  await sdk.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName: 'email' }));
  const UserAttributes = [{ Name: 'email', Value: 'bob@example.org' }];
  await sdk.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes }));
  await sdk.send(
    new AdminCreateUserCommand({
      UserPoolId: pool.id,
      Username: 'eve',
      TemporaryPassword: 'For-the-first-1',
      DesiredDeliveryMediums: ['EMAIL'],
      UserAttributes: [{ Name: 'email', Value: 'eve@example.com' }],
    }),
  );
  expect(messages().map((line) => line.replace(/\d{6}$/, '<code>'))).toEqual([
    'bob@example.com: Hello: CustomMessage_SignUp  <code>',
    'bob@example.com: Hello: CustomMessage_ResendCode  <code>',
    'bob@example.com: Hello: CustomMessage_ForgotPassword  <code>',
    'bob@example.com: Hello: CustomMessage_VerifyUserAttribute  <code>',
    'bob@example.org: Hello: CustomMessage_UpdateUserAttribute  <code>',
    'eve@example.com: Hello: CustomMessage_AdminCreateUser eve For-the-first-1',
  ]);
  expect(calls[0]?.event).toMatchObject({
    userName: 'bob',
    callerContext: { clientId: ClientId },
    request: {
      userAttributes: { email: 'bob@example.com' },
      codeParameter: '{####}',
      usernameParameter: null,
    },
    response: { smsMessage: null, emailMessage: null, emailSubject: null },
  });
});

test('the login pages send the messages of the function [CG-TR-13]', async () => {
  const { browser, messages } = await startWith();
  const visitor = browser();
  const login = locationOf(await visitor.authorize());
  const forgot = await visitor.fetch(login.href.replace('/login', '/forgotPassword'));
  await visitor.submitForm(forgot, { username: ADA.username });
  const signUp = await visitor.fetch(login.href.replace('/login', '/signup'));
  await visitor.submitForm(signUp, {
    username: 'bob',
    'attribute.email': EMAIL.Value,
    new_password: BOB.Password,
    confirm_password: BOB.Password,
  });
  expect(messages().map((line) => line.replace(/\d{6}$/, '<code>'))).toEqual([
    'ada@example.com: Hello: CustomMessage_ForgotPassword  <code>',
    'bob@example.com: Hello: CustomMessage_SignUp  <code>',
  ]);
});

test('the default text is sent when the function sets none, or none with the code [CG-TR-13]', async () => {
  const unchanged = await startWith(() => ({ emailMessage: null }));
  await unchanged.signUp();
  expect(unchanged.messages()).toEqual([expect.stringMatching(/: Your confirmation code is \d{6}$/)]);
  const without = await startWith(() => ({ emailMessage: 'Welcome' }));
  await without.signUp();
  expect(without.messages()).toEqual([expect.stringMatching(/: Your confirmation code is \d{6}$/)]);
  expect(without.logged.join()).toContain('The text of CustomMessage has no {####}');
});

test('a failing function, and a message that is too long, fail the request [CG-TR-13]', async () => {
  const failing = await startWith(() => {
    throw new Error('No text');
  });
  await expect(failing.signUp()).rejects.toMatchObject({
    name: 'UserLambdaValidationException',
    message: 'CustomMessage failed with error No text.',
  });
  const long = await startWith(() => ({ emailMessage: `{####} ${'a'.repeat(20_000)}` }));
  await expect(long.signUp()).rejects.toMatchObject({ name: 'InvalidLambdaResponseException' });
});
