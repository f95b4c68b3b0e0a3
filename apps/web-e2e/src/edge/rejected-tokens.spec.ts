import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import type { WireResponse } from '@spa-on-aws/local-cloud/contract';
import { API_OPERATIONS, OPENAPI_PATH, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import { type Deployment, localDeployment } from '../deployment';
import { exchange } from '../exchange';
import { expect, test as base } from '../fixtures';
import { SignedInUser, type TokenResponse } from '../signed-in-user';

const ROOT = join(import.meta.dirname, '../../../..');

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}
type Resources = Record<string, Resource>;

/** Names of groups that are not the group `admins`. */
const OTHER_GROUPS = ['Admins', 'ADMINS', 'admin', 'admins-', 'admins,users', '["admins"]', 'administrators'];

const USER = {
  username: 'mallory@example.com',
  email: 'mallory@example.com',
  password: 'Local-demo-4',
  groups: OTHER_GROUPS,
};

/** Tests of tokens that a user pool has signed but that must be rejected. */
const test = base.extend<
  object,
  { readonly otherClientCloud: Deployment; readonly otherGroupsCloud: Deployment }
>({
  /** A local cloud whose pool has a second client. Its API is configured for that one. */
  otherClientCloud: [
    async ({}, use) => {
      const cloud = await startLocalCloud('other-client', (resources) => {
        for (const { Properties } of ofType(resources, 'AWS::ECS::TaskDefinition')) {
          const containers = Properties['ContainerDefinitions'] as {
            Environment: { Name: string; Value: unknown }[];
          }[];
          for (const variable of containers.flatMap(({ Environment }) => Environment)) {
            if (variable.Name === 'TOKEN_CLIENT_ID') variable.Value = { Ref: 'OtherClient' };
          }
        }
        for (const client of ofType(resources, 'AWS::Cognito::UserPoolClient'))
          resources['OtherClient'] = client;
      });
      await use(cloud.deployment);
      await cloud.close();
    },
    { scope: 'worker' },
  ],

  /** A local cloud whose only user is in groups with similar names. */
  otherGroupsCloud: [
    async ({}, use) => {
      const cloud = await startLocalCloud(
        'other-groups',
        (resources) => {
          for (const { Type, Properties } of ofType(resources, 'AWS::Cognito::UserPoolGroup')) {
            for (const [index, GroupName] of OTHER_GROUPS.entries())
              resources[`OtherGroup${index}`] = { Type, Properties: { ...Properties, GroupName } };
          }
        },
        [USER],
      );
      await use(cloud.deployment);
      await cloud.close();
    },
    { scope: 'worker' },
  ],
});

const ofType = (resources: Resources, type: string): Resource[] =>
  Object.values(resources).filter(({ Type }) => Type === type);

/**
 * Starts a local cloud with a changed template on free ports.
 *
 * @param users by default those of every local cloud
 */
async function startLocalCloud(
  name: string,
  change: (resources: Resources) => void,
  users?: readonly object[],
): Promise<{ readonly deployment: Deployment; close(): Promise<void> }> {
  const path = join(import.meta.dirname, '../../test-output', name);
  await cp(join(ROOT, 'libs/infra/cdk.out'), path, { recursive: true });
  for (const file of await readdir(path)) {
    if (!file.endsWith('.template.json')) continue;
    const template = JSON.parse(await readFile(join(path, file), 'utf8')) as { Resources: Resources };
    change(template.Resources);
    await writeFile(join(path, file), JSON.stringify(template));
  }
  if (users) await writeFile(join(path, 'users.json'), JSON.stringify(users));
  await rm(`${path}.json`, { force: true });
  const child = spawn(
    process.execPath,
    [
      join(ROOT, 'node_modules/.bin/local-cloud'),
      ...['--assembly', path, '--state-file', `${path}.json`],
      ...(users ? ['--users', join(path, 'users.json')] : []),
      ...['--port', '0', '--cognito-port', '0', '--api-gateway-port', '0', '--console-port', '0'],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  await expect(() => localDeployment(name)).toPass({ timeout: 30_000 });
  return {
    deployment: localDeployment(name),
    close: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await rm(path, { recursive: true });
    },
  };
}

async function tokensOf(browser: Browser, deployment: Deployment): Promise<TokenResponse> {
  const user = await SignedInUser.signIn(browser, deployment, deployment.account);
  const tokens = await user.tokens();
  await user.close();
  return tokens;
}

function call(base: string | undefined, token: string, path: string = OPENAPI_PATH): Promise<WireResponse> {
  return exchange({ url: `${base}${path}`, headers: { authorization: `Bearer ${token}` } });
}

const rejectedByTheApi = (status: number) => ({
  status,
  headers: expect.objectContaining({ 'content-type': PROBLEM_CONTENT_TYPE }),
});

test('a token of another client is accepted by API Gateway and rejected by the API (AG-AU-09)', async ({
  otherClientCloud,
  browser,
}) => {
  const { access_token: token } = await tokensOf(browser, otherClientCloud);
  const { siteUrl, apiEndpoint, backendUrl } = otherClientCloud;
  for (const url of [siteUrl, apiEndpoint, backendUrl]) {
    expect(await call(url, token), `at ${url}`).toMatchObject(rejectedByTheApi(401));
  }
});

test('a member of groups with similar names is not an administrator', async ({
  otherGroupsCloud,
  browser,
}) => {
  const forGroups = API_OPERATIONS.filter(({ access }) => typeof access === 'object');
  test.skip(forGroups.length === 0, 'no operation requires a group');
  const { access_token: token } = await tokensOf(browser, otherGroupsCloud);
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
  expect(claims).toMatchObject({ 'cognito:groups': expect.arrayContaining(OTHER_GROUPS) });
  const { siteUrl, apiEndpoint, backendUrl } = otherGroupsCloud;
  for (const { path } of forGroups) {
    for (const url of [siteUrl, apiEndpoint, backendUrl]) {
      expect(await call(url, token, path), `${path} at ${url}`).toMatchObject(rejectedByTheApi(403));
    }
  }
});

test('a token of another user pool is rejected by API Gateway, and by the API itself (AG-AU-02)', async ({
  otherClientCloud,
  deployment: { siteUrl, apiEndpoint, backendUrl },
  browser,
}) => {
  const { access_token: token } = await tokensOf(browser, otherClientCloud);
  for (const url of [siteUrl, apiEndpoint]) {
    expect(await call(url, token), `at ${url}`).toMatchObject({
      status: 401,
      headers: { 'x-amzn-errortype': 'UnauthorizedException' },
    });
  }
  expect(await call(backendUrl, token)).toMatchObject(rejectedByTheApi(401));
});

test('a token that expired an hour ago is rejected by API Gateway, and by the API itself (AG-AU-03)', async ({
  deployment: { siteUrl, apiEndpoint, backendUrl },
  injection,
  user,
}) => {
  const { refresh_token: refreshToken, access_token: good } = await user.tokens();
  await injection.set({ clock: { offsetMs: -2 * 3_600_000 } });
  const { access_token: expired } = await user.refresh(refreshToken);
  await injection.set({ clock: { offsetMs: 0 } });
  for (const url of [siteUrl, apiEndpoint]) {
    const { status, body } = await call(url, expired);
    expect([url, status, body.toString()]).toEqual([
      url,
      401,
      '{"message":"The incoming token has expired"}',
    ]);
  }
  expect(await call(backendUrl, expired)).toMatchObject(rejectedByTheApi(401));
  expect((await call(siteUrl, good)).status).toBe(200);
});
