import {
  AdminInitiateAuthCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import { expect, onTestFinished, test } from 'vitest';
import { fakeFunction, FUNCTION_ARN } from '../../../../test/functions';
import { locationOf } from '../testing/browser';
import { ADA } from '../testing/running-cognito';
import { startWithSdk } from '../testing/sdk';

/** Starts a pool whose triggers around sign-in are a fake function, which throws in the events of `failing`. */
async function startWith(failing = '', client: object = {}) {
  const { functions, calls } = fakeFunction((event) => {
    if (event['triggerSource'] === failing) throw new Error('Outside of office hours');
    return event;
  });
  const names = ['PreAuthentication', 'PostAuthentication', 'PreTokenGeneration'];
  const LambdaConfig = Object.fromEntries(names.map((name) => [name, FUNCTION_ARN]));
  const ExplicitAuthFlows = [
    'ALLOW_USER_PASSWORD_AUTH',
    'ALLOW_ADMIN_USER_PASSWORD_AUTH',
    'ALLOW_USER_SRP_AUTH',
  ];
  const running = await startWithSdk(
    { pool: { LambdaConfig }, client: { ExplicitAuthFlows, ...client } },
    { functions },
  );
  onTestFinished(() => running.close());
  const { clientId: ClientId, sdk } = running;
  const parameters = (USERNAME: string, PASSWORD: string) => ({ USERNAME, PASSWORD });
  return {
    ...running,
    calls,
    sources: () => calls.map(({ event }) => String(event['triggerSource']).split('_')[0]),
    signIn: (username = ADA.username, password = ADA.password, ClientMetadata?: Record<string, string>) => {
      const AuthParameters = parameters(username, password);
      const input: InitiateAuthCommandInput = {
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters,
        ClientId,
        ClientMetadata,
      };
      return sdk.send(new InitiateAuthCommand(input));
    },
  };
}

const ALL = ['PreAuthentication', 'PostAuthentication', 'TokenGeneration'];

test('the triggers run around a sign-in by the API, in order [CG-TR-11]', async () => {
  const { calls, clientId, pool, sdk, signIn, sources } = await startWith();
  await signIn();
  expect(sources()).toEqual(ALL);
  expect(calls[0]?.event).toMatchObject({
    version: '1',
    triggerSource: 'PreAuthentication_Authentication',
    userName: 'ada',
    callerContext: { clientId },
    request: { userAttributes: { email: ADA.email }, validationData: null, userNotFound: false },
    response: {},
  });
  expect(calls[1]?.event).toMatchObject({
    triggerSource: 'PostAuthentication_Authentication',
    userName: 'ada',
    request: { userAttributes: { email: ADA.email }, newDeviceUsed: false },
    response: {},
  });
  const AuthParameters = { USERNAME: ADA.username, PASSWORD: ADA.password };
  const flow = { AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', UserPoolId: pool.id, ClientId: clientId } as const;
  await sdk.send(new AdminInitiateAuthCommand({ ...flow, AuthParameters }));
  expect(sources()).toEqual([...ALL, ...ALL]);
});

test('PreAuthentication gets the client metadata of a sign-in with a password [CG-TR-11]', async () => {
  const { calls, signIn } = await startWith();
  await signIn(ADA.username, ADA.password, { tenant: 'blue' });
  expect(calls[0]?.event).toMatchObject({ request: { validationData: { tenant: 'blue' } } });
});

test('the triggers run around a sign-in by SRP [CG-TR-11]', async () => {
  const { clientId, origin, pool, sources } = await startWith();
  const Pool = new CognitoUserPool({ UserPoolId: pool.id, ClientId: clientId, endpoint: `${origin}/` });
  const user = new CognitoUser({ Username: ADA.username, Pool });
  const details = new AuthenticationDetails({ Username: ADA.username, Password: ADA.password });
  await new Promise((onSuccess, onFailure) => user.authenticateUser(details, { onSuccess, onFailure }));
  expect(sources()).toEqual(ALL);
});

test('the triggers run around a sign-in on the login page [CG-TR-11]', async () => {
  const { browser, sources } = await startWith();
  await browser().signIn(ADA);
  expect(sources()).toEqual(ALL);
});

test('a wrong password has the first trigger only [CG-TR-11]', async () => {
  const { browser, signIn, sources } = await startWith();
  await expect(signIn('ada', 'wrong')).rejects.toThrow('Incorrect username or password.');
  const visitor = browser();
  await visitor.submitLogin(`/login?${visitor.query()}`, 'ada', 'wrong');
  expect(sources()).toEqual(['PreAuthentication', 'PreAuthentication']);
});

test.each([
  ['runs', 'ENABLED', [{ userAttributes: {}, validationData: null, userNotFound: true }]],
  ['does not run', 'LEGACY', []],
])(
  'before the sign-in of an unknown user the trigger %s with %s [CG-TR-11]',
  async (_case, mode, expected) => {
    const { calls, signIn } = await startWith('', { PreventUserExistenceErrors: mode });
    await expect(signIn('nobody')).rejects.toThrow();
    expect(calls.map(({ event }) => event['request'])).toEqual(expected);
  },
);

test.each(['PreAuthentication', 'PostAuthentication'])(
  'a sign-in fails with the message of %s, by the API and on the page [CG-TR-11]',
  async (name) => {
    const { browser, signIn, sources } = await startWith(`${name}_Authentication`);
    const message = `${name} failed with error Outside of office hours.`;
    await expect(signIn()).rejects.toMatchObject({ name: 'UserLambdaValidationException', message });
    const visitor = browser();
    const page = await visitor.submitLogin(`/login?${visitor.query()}`, ADA.username, ADA.password);
    expect(page.status).toBe(400);
    expect(await page.text()).toContain(message);
    expect(locationOf(await visitor.authorize()).pathname).toBe('/login');
    expect(sources()).not.toContain('TokenGeneration');
  },
);
