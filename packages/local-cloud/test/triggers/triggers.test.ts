import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, onTestFinished, test } from 'vitest';
import { payloadOf } from '../../src/services/cognito/testing/payload';
import { optionsOf, start } from '../running';

const PASSWORD = 'Correct-horse-9';

/** Starts the template; `signIn` uses the app client in an output. */
async function startMembers(...flags: string[]) {
  const directory = await mkdtemp(path.join(tmpdir(), 'triggers-'));
  const users = ['ada@example.com', 'bob@blocked.example'].map((email) => ({
    username: email,
    password: PASSWORD,
    email,
  }));
  await writeFile(path.join(directory, 'users.json'), JSON.stringify(users));
  const template = path.join(import.meta.dirname, 'members.yaml');
  const files = [
    '--users',
    path.join(directory, 'users.json'),
    '--state-file',
    path.join(directory, 's.json'),
  ];
  const running = await start(optionsOf('--template', template, ...files, ...flags));
  const sdk = new CognitoIdentityProviderClient({
    endpoint: running.state.cognitoDomain,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  onTestFinished(() => sdk.destroy());
  const signIn = (output: string, USERNAME: string) =>
    sdk.send(
      new InitiateAuthCommand({
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD },
        ClientId: running.identifiers.outputs[output],
      }),
    );
  return { ...running, requests: running.requests, signIn };
}

test('the functions of a template change tokens, and refuse a sign-in with their message (CG-TR-03, CG-TR-06)', async () => {
  const { requests, signIn } = await startMembers();
  const { AuthenticationResult: tokens } = await signIn('MembersApp', 'ada@example.com');
  expect(payloadOf(tokens?.IdToken)['plan']).toBe('gold');
  expect(payloadOf(tokens?.AccessToken)).toMatchObject({
    plan: 'gold',
    scope: 'aws.cognito.signin.user.admin members/read',
  });
  await expect(signIn('MembersApp', 'bob@blocked.example')).rejects.toMatchObject({
    name: 'UserLambdaValidationException',
    message: 'PreTokenGeneration failed with error Your plan has ended.',
  });
  const events = requests.flatMap(({ hops }) => hops.map(({ service, event }) => `${service} ${event}`));
  expect(events).toEqual(
    expect.arrayContaining(['lambda function.ran', 'cognito trigger.ran', 'cognito trigger.failed']),
  );
});

test('a user pool without permission for its function cannot call it (CG-TR-01)', async () => {
  const { signIn } = await startMembers();
  await expect(signIn('GuestsApp', 'ada@example.com')).rejects.toMatchObject({
    name: 'UnexpectedLambdaException',
    message: 'PreTokenGeneration invocation failed due to error AccessDeniedException.',
  });
});

test('a local server can replace the function of a trigger (CG-TR-01)', async () => {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      const event = JSON.parse(text) as object;
      const idTokenGeneration = { claimsToAddOrOverride: { plan: 'from python' } };
      const result = { ...event, response: { claimsAndScopeOverrideDetails: { idTokenGeneration } } };
      response.end(JSON.stringify(result));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { signIn } = await startMembers('--stand-in', `PlanClaims=${url}`);
  const { AuthenticationResult: tokens } = await signIn('MembersApp', 'ada@example.com');
  expect(payloadOf(tokens?.IdToken)['plan']).toBe('from python');
});
