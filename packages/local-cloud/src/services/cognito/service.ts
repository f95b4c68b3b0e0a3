import { formatDuration } from '../../run/clock';
import { accountState, defineService, type RequiredLink } from '../../run/service';
import { BROWSER, mapNode } from '../../run/topology-node';
import { functionOutside } from '../lambda/model/runnable';
import { createCognito } from './cognito';
import { differencesFromAws } from './model/differences';
import { cognitoHosts, cognitoResourceTypes, readUserPools, type UserPool } from './model/user-pool';
import { SignInState } from './state';

const stateOf = accountState(() => new SignInState());

export const userPoolId = ({ logicalId }: { readonly logicalId: string }): string => `user-pool:${logicalId}`;

/** Cognito: user pools, managed login, OAuth endpoints and the keys that tokens are verified with. */
export const cognito = defineService({
  resourceTypes: cognitoResourceTypes,
  localHosts: (stack, { cognito: origin }) => cognitoHosts(stack).map((host) => [host, origin] as const),
  readModel: (stack) => readUserPools(stack),
  warnings: (pools) => pools.flatMap(differencesFromAws),
  provides: (pools) => pools.map(({ arn }) => ({ kind: 'user-pool' as const, id: arn })),
  requires: (pools) =>
    pools.flatMap((pool) =>
      Object.entries(pool.triggers).map(([name, { functionArn }]): RequiredLink => ({
        kind: 'function',
        id: functionArn,
        missing: () =>
          functionOutside(
            { logicalId: pool.logicalId, type: 'AWS::Cognito::UserPool' },
            `LambdaConfig.${name}`,
            functionArn,
          ),
      })),
    ),
  start: async (pools, { account, network, assignments, serveSignIn }) => {
    const { listeners, options, users, log, clock } = account;
    if (pools.length > 0) {
      const endpoint = { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: listeners.cognito.origin };
      network.containerEnvironment.push(Promise.resolve(endpoint));
    }
    const siteOrigin = assignments.distribution.size > 0 ? listeners.first('distribution').origin : undefined;
    const running = await createCognito({
      pools: pools.map((pool) => withDevOrigin(pool, siteOrigin, options.devOrigin)),
      users,
      origin: listeners.cognito.origin,
      log,
      now: clock.now,
      state: stateOf(account),
      functions: network.functions,
    });
    network.tokenIssuers.push(
      ...pools.map((pool) => ({
        arn: pool.arn,
        issuer: running.issuer(pool.id),
        jwks: () => running.jwks(pool.id),
        expiredBefore: () => running.controls.expiredBefore(),
      })),
    );
    serveSignIn((request, response) => running.handle(request, response));
    return { running, close: () => running.close() };
  },
  topology: (pools) => ({
    nodes: pools.map((pool) =>
      mapNode({
        id: userPoolId(pool),
        kind: 'user-pool',
        name: 'Sign-in',
        role: 'Cognito user pool: hosts the login page and issues tokens',
        facts: [
          ...pool.clients.map(
            ({ name, accessTokenSeconds }) =>
              `app ${name ?? 'client'}: access tokens last ${formatDuration(accessTokenSeconds * 1_000)}`,
          ),
          ...(pool.groups.length > 0 ? [`groups: ${pool.groups.map(({ name }) => name).join(', ')}`] : []),
          ...(pool.customScopes.length > 0 ? [`scopes: ${pool.customScopes.join(', ')}`] : []),
        ],
        column: 2,
      }),
    ),
    edges: pools.flatMap((pool) => [
      { from: BROWSER, to: userPoolId(pool) },
      ...Object.values(pool.triggers).map(({ functionArn: id }) => ({
        from: userPoolId(pool),
        to: { kind: 'function' as const, id },
      })),
    ]),
  }),
});

/** Returns the pool with clients that may also return to the development server, wherever they may return to the site. */
function withDevOrigin(
  pool: UserPool,
  siteOrigin: string | undefined,
  devOrigin: string | undefined,
): UserPool {
  if (devOrigin === undefined || siteOrigin === undefined) return pool;
  const withDevUrls = (urls: readonly string[]): string[] => [
    ...urls,
    ...urls.flatMap((url) => (url.startsWith(siteOrigin) ? [devOrigin + url.slice(siteOrigin.length)] : [])),
  ];
  return {
    ...pool,
    clients: pool.clients.map((client) => ({
      ...client,
      callbackUrls: withDevUrls(client.callbackUrls),
      logoutUrls: withDevUrls(client.logoutUrls),
    })),
  };
}
