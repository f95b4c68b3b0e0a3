import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GREETING_PATH, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import { exchange, type WireResponse } from '../exchange';
import { expect, test as base } from '../fixtures';
import { ASSEMBLY, type OwnCloud, startOwnCloud } from '../own-cloud';
import { SignedInUser } from '../signed-in-user';
import { FaultInjection } from '../fault-injection';

/** The parts of a CloudFormation template that this test changes. */
interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>;
}

/** Tests of tokens that the user pool has signed but that must be rejected. */
const test = base.extend<{ ownCloud: OwnCloud; otherCloud: OwnCloud }>({
  ownCloud: async ({ deployment }, use, testInfo) => {
    test.skip(!deployment.local, 'the clock of a deployment cannot be moved');
    const cloud = await startOwnCloud(testInfo.outputPath());
    await use(cloud);
    await cloud.close();
  },
  otherCloud: async ({ deployment }, use, testInfo) => {
    test.skip(!deployment.local, 'a deployment has one client');
    const assembly = testInfo.outputPath('cdk.out');
    await cp(ASSEMBLY, assembly, { recursive: true });
    await configureOtherClient(assembly);
    const cloud = await startOwnCloud(testInfo.outputPath(), { assembly });
    await use(cloud);
    await cloud.close();
    await rm(assembly, { recursive: true });
  },
});

/** Adds a second client to the pool, and configures the API for that one. */
async function configureOtherClient(assembly: string): Promise<void> {
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

/** Requests a greeting at a base URL. */
function call(base: string | undefined, token: string): Promise<WireResponse> {
  if (base === undefined) throw new Error('The state file lacks this URL');
  const { origin } = new URL(base);
  const target = base.slice(origin.length) + GREETING_PATH;
  return exchange({ method: 'GET', origin, target, headers: { authorization: `Bearer ${token}` } });
}

const rejectedByTheApi = {
  status: 401,
  headers: expect.objectContaining({ 'content-type': PROBLEM_CONTENT_TYPE }),
};

test('a token of another client is accepted by API Gateway and rejected by the API (AG-AU-09)', async ({
  otherCloud: { deployment },
  browser,
}) => {
  const user = await SignedInUser.signIn(browser, deployment, deployment.account);
  const { access_token: token } = await user.tokens();
  await user.close();
  for (const url of [deployment.siteUrl, deployment.apiEndpoint, deployment.backendUrl]) {
    expect(await call(url, token), `at ${url}`).toMatchObject(rejectedByTheApi);
  }
});

test('a token of another user pool is rejected by API Gateway, and by the API itself (AG-AU-02)', async ({
  otherCloud,
  deployment,
  browser,
}) => {
  const user = await SignedInUser.signIn(browser, otherCloud.deployment, otherCloud.deployment.account);
  const { access_token: token } = await user.tokens();
  await user.close();
  for (const url of [deployment.siteUrl, deployment.apiEndpoint]) {
    expect(await call(url, token), `at ${url}`).toMatchObject({
      status: 401,
      headers: { 'x-amzn-errortype': 'UnauthorizedException' },
    });
  }
  expect(await call(deployment.backendUrl, token)).toMatchObject(rejectedByTheApi);
});

test('a token that expired an hour ago is rejected by API Gateway, and by the API itself (AG-AU-03)', async ({
  ownCloud: { deployment },
  browser,
  request,
}) => {
  const injection = new FaultInjection(request, deployment.consoleUrl ?? '');
  const user = await SignedInUser.signIn(browser, deployment, deployment.account);
  const { refresh_token: refreshToken, access_token: good } = await user.tokens();
  await injection.set({ clock: { offsetMs: -2 * 3_600_000 } });
  const { access_token: expired } = await user
    .refresh(refreshToken)
    .finally(() => injection.set({ clock: { offsetMs: 0 } }));
  await user.close();
  for (const url of [deployment.siteUrl, deployment.apiEndpoint]) {
    const { status, body } = await call(url, expired);
    expect([url, status, body.toString()]).toEqual([
      url,
      401,
      '{"message":"The incoming token has expired"}',
    ]);
  }
  expect(await call(deployment.backendUrl, expired)).toMatchObject(rejectedByTheApi);
  expect((await call(deployment.siteUrl, good)).status).toBe(200);
});
