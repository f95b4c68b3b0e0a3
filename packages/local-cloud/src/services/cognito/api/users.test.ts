import {
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  DeleteUserAttributesCommand,
  DeleteUserCommand,
  ForgotPasswordCommand,
  GetUserAttributeVerificationCodeCommand,
  GetUserCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import type { startCognito } from '../testing/running-cognito';
import { ADA } from '../testing/running-cognito';
import { startWithSdk } from '../testing/sdk';

const FLOWS = { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] };
const VERIFIED = { AutoVerifiedAttributes: ['email'] };
const EVE = { Username: 'eve', Password: 'Evil-horse-1' };

/** Starts the sample pool, which verifies e-mail addresses, with the operations of an app. */
async function startApp(...[changes = {}, options]: Parameters<typeof startCognito>) {
  const running = await startWithSdk(
    { ...changes, client: { ...FLOWS, ...changes.client }, pool: { ...VERIFIED, ...changes.pool } },
    options,
  );
  const { sdk, clientId: ClientId } = running;
  const signIn = async (USERNAME = ADA.username, PASSWORD = ADA.password): Promise<string> => {
    const request = {
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
      ClientId,
    } as const;
    return (await sdk.send(new InitiateAuthCommand(request))).AuthenticationResult?.AccessToken ?? '';
  };
  return {
    ...running,
    signIn,
    signUp: (email: string, { Username, Password } = EVE) =>
      sdk.send(
        new SignUpCommand({
          ClientId,
          Username,
          Password,
          UserAttributes: [{ Name: 'email', Value: email }],
        }),
      ),
    confirm: (ConfirmationCode: string, more: { Username?: string; ForceAliasCreation?: boolean } = {}) =>
      sdk.send(new ConfirmSignUpCommand({ ClientId, Username: EVE.Username, ConfirmationCode, ...more })),
    resend: (Username: string) => sdk.send(new ResendConfirmationCodeCommand({ ClientId, Username })),
    forgot: (Username: string) => sdk.send(new ForgotPasswordCommand({ ClientId, Username })),
    reset: (Username: string, ConfirmationCode: string, Password = 'Another-horse-9') =>
      sdk.send(new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password })),
    update: (AccessToken: string, attributes: Record<string, string>) =>
      sdk.send(
        new UpdateUserAttributesCommand({
          AccessToken,
          UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
        }),
      ),
    attributes: async (AccessToken: string) => {
      const { UserAttributes = [] } = await sdk.send(new GetUserCommand({ AccessToken }));
      return Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
    },
  };
}

test('a user signs up, confirms with the code, and signs in (CG-UP-06)', async () => {
  const { attributes, confirm, lastCode, resend, signIn, signUp, close } = await startApp();
  const details = { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'e***@e***' };
  const signedUp = await signUp('eve@example.com');
  expect(signedUp).toMatchObject({
    UserConfirmed: false,
    UserSub: expect.stringMatching(/^[\da-f-]{36}$/),
    CodeDeliveryDetails: details,
  });
  await expect(signUp('other@example.com')).rejects.toMatchObject({ name: 'UsernameExistsException' });
  await expect(signIn(EVE.Username, EVE.Password)).rejects.toMatchObject({
    name: 'UserNotConfirmedException',
    message: 'User is not confirmed.',
  });
  const first = lastCode();
  expect((await resend(EVE.Username)).CodeDeliveryDetails).toEqual(details);
  if (first !== lastCode()) {
    await expect(confirm(first)).rejects.toMatchObject({
      name: 'CodeMismatchException',
      message: 'Invalid verification code provided, please try again.',
    });
  }
  await confirm(lastCode());
  await expect(confirm(lastCode())).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'User cannot be confirmed. Current status is CONFIRMED',
  });
  await expect(resend(EVE.Username)).rejects.toThrow('User is already confirmed.');
  expect(await attributes(await signIn(EVE.Username, EVE.Password))).toMatchObject({
    sub: signedUp.UserSub,
    email_verified: 'true',
  });
  await close();
});

test.each([
  ['a short password', { Password: 'short' }, [], 'InvalidPasswordException'],
  ['an unknown attribute', {}, [{ Name: 'color', Value: 'blue' }], 'InvalidParameterException'],
  ['an invalid address', {}, [{ Name: 'email', Value: 'eve' }], 'InvalidParameterException'],
  ['email_verified', {}, [{ Name: 'email_verified', Value: 'true' }], 'NotAuthorizedException'],
  [
    'an attribute that is not in WriteAttributes',
    {},
    [{ Name: 'name', Value: 'Eve' }],
    'NotAuthorizedException',
  ],
  ['a username with spaces', { Username: 'e v e' }, [], 'InvalidParameterException'],
])('SignUp rejects %s (CG-UP-06)', async (_case, changes, UserAttributes, name) => {
  const { sdk, clientId, close } = await startApp({ client: { WriteAttributes: ['email'] } });
  const request = new SignUpCommand({ ...EVE, ClientId: clientId, UserAttributes, ...changes });
  await expect(sdk.send(request)).rejects.toMatchObject({ name });
  await close();
});

test('SignUp is refused when only administrators create users (CG-UP-06)', async () => {
  const { signUp, close } = await startApp({
    pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
  });
  await expect(signUp('eve@example.com')).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'SignUp is not permitted for this user pool',
  });
  await close();
});

test('a pool with UsernameAttributes takes the username as the attribute (CG-JT-03, CG-UP-06)', async () => {
  const { attributes, confirm, lastCode, signIn, signUp, sdk, clientId, close } = await startApp(
    { pool: { UsernameAttributes: ['email'] } },
    { users: [{ ...ADA, username: ADA.email }] },
  );
  await expect(signUp('eve@example.com')).rejects.toThrow('Username should be an email.');
  const Username = 'eve@example.com';
  await sdk.send(new SignUpCommand({ ...EVE, Username, ClientId: clientId }));
  await confirm(lastCode(), { Username });
  const { sub, email } = await attributes(await signIn(Username, EVE.Password));
  expect(email).toBe(Username);
  expect(await signIn(sub, EVE.Password)).not.toBe('');
  await close();
});

test('a second user can take an alias only by force (CG-UP-06)', async () => {
  const { attributes, confirm, lastCode, resend, signIn, signUp, close } = await startApp({
    pool: { AliasAttributes: ['email'] },
  });
  await signUp('shared@example.com');
  const eve = lastCode();
  const mallory = { ...EVE, Username: 'mallory' };
  await signUp('shared@example.com', mallory);
  await confirm(lastCode(), { Username: 'mallory' });
  await expect(confirm(eve)).rejects.toMatchObject({ name: 'AliasExistsException' });
  await resend('eve');
  await confirm(lastCode(), { ForceAliasCreation: true });
  expect(await attributes(await signIn('shared@example.com', EVE.Password))).toMatchObject({
    email_verified: 'true',
  });
  expect(await attributes(await signIn('mallory', EVE.Password))).toMatchObject({ email_verified: 'false' });
  await close();
});

test('a forgotten password is set with a code, also for the login page (CG-LG-05)', async () => {
  const { browser, forgot, lastCode, reset, signIn, close } = await startApp();
  expect((await forgot('ada')).CodeDeliveryDetails).toEqual({
    AttributeName: 'email',
    DeliveryMedium: 'EMAIL',
    Destination: 'a***@e***',
  });
  const code = lastCode();
  await expect(reset('ada', code, 'short')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
  const wrong = code === '000000' ? '000001' : '000000';
  await expect(reset('ada', wrong)).rejects.toMatchObject({ name: 'CodeMismatchException' });
  await reset('ada', code);
  await expect(reset('ada', code)).rejects.toMatchObject({ name: 'ExpiredCodeException' });
  await expect(signIn()).rejects.toThrow('Incorrect username or password.');
  expect(
    (await browser().signIn({ username: 'ada', password: 'Another-horse-9' })).get('code'),
  ).not.toBeNull();
  await close();
});

test('codes of the login page are codes of the API (CG-UP-06)', async () => {
  const { browser, confirm, lastCode, reset, signIn, close } = await startApp();
  const visitor = browser();
  const signUp = await visitor.submitForm(await visitor.fetch(`/signup?${visitor.query()}`), {
    username: EVE.Username,
    'attribute.email': 'eve@example.com',
    new_password: EVE.Password,
    confirm_password: EVE.Password,
  });
  expect(await signUp.text()).toContain('Confirm your account');
  await confirm(lastCode());
  expect(await signIn(EVE.Username, EVE.Password)).not.toBe('');
  await visitor.submitForm(await visitor.fetch(`/forgotPassword?${visitor.query()}`), { username: 'ada' });
  await reset('ada', lastCode());
  expect(await signIn('ada', 'Another-horse-9')).not.toBe('');
  await close();
});

test('five wrong codes delete a code (CG-UP-06)', async () => {
  const { forgot, lastCode, reset, close } = await startApp();
  await forgot('ada');
  const code = lastCode();
  const wrong = code === '000000' ? '000001' : '000000';
  for (let tries = 1; tries <= 5; tries += 1) {
    await expect(reset('ada', wrong)).rejects.toMatchObject({ name: 'CodeMismatchException' });
  }
  await expect(reset('ada', code)).rejects.toMatchObject({ name: 'ExpiredCodeException' });
  await close();
});

test('PreventUserExistenceErrors hides unknown users from codes (CG-AD-04)', async () => {
  const hidden = await startApp();
  const simulated = { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'n***@n***' };
  expect((await hidden.forgot('nobody')).CodeDeliveryDetails).toEqual(simulated);
  expect((await hidden.resend('nobody')).CodeDeliveryDetails).toEqual(simulated);
  expect(hidden.logged.join('')).not.toContain('code is');
  for (const attempt of [hidden.reset('someone', '123456'), hidden.confirm('123456')]) {
    await expect(attempt).rejects.toMatchObject({ name: 'ExpiredCodeException' });
  }
  for (let tries = 1; tries <= 5; tries += 1) {
    await expect(hidden.reset('nobody', '123456')).rejects.toMatchObject({ name: 'CodeMismatchException' });
  }
  await expect(hidden.reset('nobody', '123456')).rejects.toMatchObject({ name: 'ExpiredCodeException' });
  await hidden.close();
  const legacy = await startApp({ client: { PreventUserExistenceErrors: 'LEGACY' } });
  const attempts = [
    () => legacy.forgot('nobody'),
    () => legacy.resend('nobody'),
    () => legacy.reset('nobody', '123456'),
    () => legacy.confirm('123456'),
  ];
  for (const attempt of attempts) {
    await expect(attempt()).rejects.toMatchObject({
      name: 'UserNotFoundException',
      message: 'Username/client id combination not found.',
    });
  }
  await legacy.close();
});

test.each([
  ['a temporary password', { temporaryPassword: true }, {}, 'NotAuthorizedException', 'in the current state'],
  [
    'no verified address',
    { emailVerified: false },
    {},
    'InvalidParameterException',
    'no registered/verified email',
  ],
  [
    'admin_only',
    {},
    { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] } },
    'NotAuthorizedException',
    'Contact administrator to reset password.',
  ],
])('ForgotPassword is refused with %s (CG-LG-05)', async (_case, user, pool, name, message) => {
  const { forgot, close } = await startApp(
    { pool, client: { PreventUserExistenceErrors: 'LEGACY' } },
    { users: [{ ...ADA, ...user }] },
  );
  await expect(forgot('ada')).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  await close();
});

test('ChangePassword checks the previous password (CG-UP-08)', async () => {
  const { sdk, signIn, close } = await startApp({}, { now: () => 1_800_000_000_000 });
  const AccessToken = await signIn();
  const change = (PreviousPassword: string, ProposedPassword: string) =>
    sdk.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword }));
  await expect(change(ADA.password, 'short')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
  await change(ADA.password, 'Another-horse-9');
  await expect(signIn()).rejects.toThrow('Incorrect username or password.');
  await signIn('ada', 'Another-horse-9');
  for (let failures = 1; failures <= 5; failures += 1) {
    await expect(change('wrong', 'Another-horse-9')).rejects.toThrow('Incorrect username or password.');
  }
  await expect(change('Another-horse-9', 'Third-horse-9')).rejects.toMatchObject({
    name: 'LimitExceededException',
  });
  await close();
});

test('a changed e-mail address must be verified (CG-UP-08)', async () => {
  const { attributes, lastCode, sdk, signIn, update, close } = await startApp();
  const AccessToken = await signIn();
  const { CodeDeliveryDetailsList } = await update(AccessToken, {
    email: 'new@example.com',
    name: 'Countess',
  });
  expect(CodeDeliveryDetailsList).toEqual([
    { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'n***@e***' },
  ]);
  expect(await attributes(AccessToken)).toMatchObject({
    email: 'new@example.com',
    email_verified: 'false',
    name: 'Countess',
  });
  const request = { AccessToken, AttributeName: 'email' };
  await sdk.send(new GetUserAttributeVerificationCodeCommand(request));
  const Code = lastCode();
  const wrong = Code === '000000' ? '000001' : '000000';
  await expect(sdk.send(new VerifyUserAttributeCommand({ ...request, Code: wrong }))).rejects.toMatchObject({
    name: 'CodeMismatchException',
  });
  await sdk.send(new VerifyUserAttributeCommand({ ...request, Code }));
  expect(await attributes(AccessToken)).toMatchObject({ email_verified: 'true' });
  expect((await update(AccessToken, { email: 'new@example.com' })).CodeDeliveryDetailsList).toEqual([]);
  await close();
});

test('AttributesRequireVerificationBeforeUpdate keeps the old address until the code comes (CG-UP-08)', async () => {
  const { attributes, lastCode, sdk, signIn, update, close } = await startApp({
    pool: { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] } },
  });
  const AccessToken = await signIn();
  await update(AccessToken, { email: 'new@example.com' });
  expect(await attributes(AccessToken)).toMatchObject({ email: ADA.email, email_verified: 'true' });
  await sdk.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: 'email', Code: lastCode() }));
  expect(await attributes(AccessToken)).toMatchObject({ email: 'new@example.com', email_verified: 'true' });
  await close();
});

test.each([
  ['sub', 'NotAuthorizedException', 'A client attempted to write unauthorized attribute'],
  ['email_verified', 'NotAuthorizedException', 'A client attempted to write unauthorized attribute'],
  ['custom:team', 'InvalidParameterException', 'user.custom:team: Attribute cannot be updated.'],
  ['custom:none', 'InvalidParameterException', 'custom:none: Attribute does not exist in the schema.'],
  ['nickname', 'NotAuthorizedException', 'A client attempted to write unauthorized attribute'],
])('UpdateUserAttributes does not change %s (CG-UP-08)', async (attribute, name, message) => {
  const { signIn, update, close } = await startApp({
    client: { WriteAttributes: ['email', 'custom:team'] },
    pool: { Schema: [{ Name: 'team', AttributeDataType: 'String', Mutable: false }] },
  });
  await expect(update(await signIn(), { [attribute]: 'true' })).rejects.toMatchObject({
    name,
    message: expect.stringContaining(message),
  });
  await close();
});

test('GetUser shows the attributes that the client may read (CG-UP-08)', async () => {
  const { attributes, signIn, close } = await startApp({ client: { ReadAttributes: ['email'] } });
  expect(Object.keys(await attributes(await signIn()))).toEqual(['sub', 'email']);
  await close();
});

test('users delete attributes and themselves (CG-UP-08)', async () => {
  const { attributes, sdk, signIn, close } = await startApp({
    pool: { Schema: [{ Name: 'name', Required: true }] },
  });
  const AccessToken = await signIn();
  const remove = (name: string) =>
    sdk.send(new DeleteUserAttributesCommand({ AccessToken, UserAttributeNames: [name] }));
  await remove('email');
  expect(Object.keys(await attributes(AccessToken))).toEqual(['sub', 'name']);
  await expect(remove('name')).rejects.toThrow('name: The attribute is required');
  await sdk.send(new DeleteUserCommand({ AccessToken }));
  await expect(attributes(AccessToken)).rejects.toMatchObject({ name: 'UserNotFoundException' });
  await expect(signIn()).rejects.toThrow('Incorrect username or password.');
  await close();
});
