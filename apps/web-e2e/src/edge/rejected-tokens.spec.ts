import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GREETING_PATH, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import { exchange, type WireResponse } from '../exchange';
import { expect, test as base } from '../fixtures';
import { ASSEMBLY, type OwnCloud, startOwnCloud } from '../own-cloud';
import { SignedInPerson } from '../signed-in-person';
import { FaultInjection } from '../fault-injection';

/** A CloudFormation template, as far as this test changes it. */
interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>;
}

/** Tests of tokens that the user pool itself has signed, and that are good for nothing all the same. */
const test = base.extend<{ ownCloud: OwnCloud; otherCloud: OwnCloud }>({
  ownCloud: async ({ deployment }, use, testInfo) => {
    test.skip(!deployment.local, 'the clock of a deployment is not moved');
    const cloud = await startOwnCloud(testInfo.outputPath());
    await use(cloud);
    await cloud.close();
  },
  otherCloud: async ({ deployment }, use, testInfo) => {
    test.skip(!deployment.local, 'a deployment has one client');
    const assembly = testInfo.outputPath('cdk.out');
    await cp(ASSEMBLY, assembly, { recursive: true });
    await giveTheApiAnotherClient(assembly);
    const cloud = await startOwnCloud(testInfo.outputPath(), { assembly });
    await use(cloud);
    await cloud.close();
    await rm(assembly, { recursive: true });
  },
});

/** Two clients of one pool: the site's stays what it is, and the API is for the other. */
async function giveTheApiAnotherClient(assembly: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(assembly, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string; properties?: { templateFile?: string } }>;
  };
  const files = Object.values(manifest.artifacts).flatMap(({ properties }) => properties?.templateFile ?? []);
  for (const file of files.map((name) => join(assembly, name))) {
    const template = JSON.parse(await readFile(file, 'utf8')) as Template;
    const { Resources } = template;
    for (const { Type, Properties } of Object.values(Resources)) {
      if (Type !== 'AWS::ECS::TaskDefinition') continue;
      const containers = Properties['ContainerDefinitions'] as {
        Environment: { Name: string; Value: unknown }[];
      }[];
      for (const variable of containers.flatMap(({ Environment }) => Environment)) {
        if (variable.Name === 'TOKEN_CLIENT_ID') variable.Value = { Ref: 'OtherClient' };
      }
    }
    const client = Object.values(Resources).find(({ Type }) => Type === 'AWS::Cognito::UserPoolClient');
    if (client) Resources['OtherClient'] = client;
    await writeFile(file, JSON.stringify(template));
  }
}

/** Asks for a greeting at a base URL. */
function ask(base: string | undefined, token: string): Promise<WireResponse> {
  if (base === undefined) throw new Error('The local cloud does not tell where that is');
  const { origin } = new URL(base);
  const target = base.slice(origin.length) + GREETING_PATH;
  return exchange({ method: 'GET', origin, target, headers: { authorization: `Bearer ${token}` } });
}

const refusedByTheApi = {
  status: 401,
  headers: expect.objectContaining({ 'content-type': PROBLEM_CONTENT_TYPE }),
};

test('another client of the same pool: API Gateway takes any, and the API refuses (AG-AU-09)', async ({
  otherCloud: { deployment },
  browser,
}) => {
  const person = await SignedInPerson.signIn(browser, deployment, deployment.account);
  const { access_token: token } = await person.tokens();
  await person.close();
  for (const door of [deployment.siteUrl, deployment.apiEndpoint, deployment.backendUrl]) {
    expect(await ask(door, token), `at ${door}`).toMatchObject(refusedByTheApi);
  }
});

test('another pool: its token is refused by API Gateway, and by the API alone (AG-AU-02)', async ({
  otherCloud,
  deployment,
  browser,
}) => {
  const person = await SignedInPerson.signIn(browser, otherCloud.deployment, otherCloud.deployment.account);
  const { access_token: token } = await person.tokens();
  await person.close();
  for (const door of [deployment.siteUrl, deployment.apiEndpoint]) {
    expect(await ask(door, token), `at ${door}`).toMatchObject({
      status: 401,
      headers: { 'x-amzn-errortype': 'UnauthorizedException' },
    });
  }
  expect(await ask(deployment.backendUrl, token)).toMatchObject(refusedByTheApi);
});

test('expired: a token of two hours ago is refused by API Gateway, and by the API alone (AG-AU-03)', async ({
  ownCloud: { deployment },
  browser,
  request,
}) => {
  const switches = new FaultInjection(request, deployment.consoleUrl ?? '');
  const person = await SignedInPerson.signIn(browser, deployment, deployment.account);
  const { refresh_token: refreshToken, access_token: good } = await person.tokens();
  await switches.set({ clock: { offsetMs: -2 * 3_600_000 } });
  const { access_token: expired } = await person
    .refresh(refreshToken)
    .finally(() => switches.set({ clock: { offsetMs: 0 } }));
  await person.close();
  for (const door of [deployment.siteUrl, deployment.apiEndpoint]) {
    const { status, body } = await ask(door, expired);
    expect([door, status, body.toString()]).toEqual([
      door,
      401,
      '{"message":"The incoming token has expired"}',
    ]);
  }
  expect(await ask(deployment.backendUrl, expired)).toMatchObject(refusedByTheApi);
  expect((await ask(deployment.siteUrl, good)).status).toBe(200);
});
