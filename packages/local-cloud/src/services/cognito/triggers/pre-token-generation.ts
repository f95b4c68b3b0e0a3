import { z } from 'zod';
import type { Trace } from '../../../trace/trace';
import type { HostedClient } from '../pipeline/hosted-pool';
import { groupClaims, type TokenChanges } from '../tokens/tokens';
import type { User } from '../users/user-file';
import { invalidResponse, userAttributesOf } from './run-trigger';

/** Events that tokens are generated for (row CG-TR-04). */
export type TokenSource =
  | 'TokenGeneration_HostedAuth'
  | 'TokenGeneration_Authentication'
  | 'TokenGeneration_NewPasswordChallenge'
  | 'TokenGeneration_RefreshTokens';

/** Text only in events of version 1, any JSON value in later ones. */
const claimsOf = <Value extends z.ZodType>(value: Value) => ({
  claimsToAddOrOverride: z.record(z.string(), value).nullish(),
  claimsToSuppress: z.array(z.string()).nullish(),
});

const Groups = z
  .looseObject({
    groupsToOverride: z.array(z.string()).nullish(),
    iamRolesToOverride: z.array(z.string()).nullish(),
    preferredRole: z.string().nullish(),
  })
  .nullish();

const ResponseV1 = z.looseObject({
  claimsOverrideDetails: z.looseObject({ ...claimsOf(z.string()), groupOverrideDetails: Groups }).nullish(),
});

const ResponseV2 = z.looseObject({
  claimsAndScopeOverrideDetails: z
    .looseObject({
      idTokenGeneration: z.looseObject(claimsOf(z.json())).nullish(),
      accessTokenGeneration: z
        .looseObject({
          ...claimsOf(z.json()),
          scopesToAdd: z.array(z.string()).nullish(),
          scopesToSuppress: z.array(z.string()).nullish(),
        })
        .nullish(),
      groupOverrideDetails: Groups,
    })
    .nullish(),
});

/**
 * Runs the trigger before the tokens of a user are generated (rows CG-TR-04 to CG-TR-06).
 *
 * @returns `undefined` without such a trigger
 * @throws UserPoolsApiError when the trigger fails
 */
export async function changesOfUserTokens(
  { client, hosted }: HostedClient,
  {
    user,
    scopes,
    source,
  }: { readonly user: User; readonly scopes: readonly string[]; readonly source: TokenSource },
  trace: Trace,
): Promise<TokenChanges | undefined> {
  const version = hosted.triggers.versionOf('PreTokenGeneration');
  if (version === undefined) return undefined;
  const claims = groupClaims(user);
  const request = {
    userAttributes: userAttributesOf(user),
    groupConfiguration: {
      groupsToOverride: claims.groups,
      iamRolesToOverride: claims.roles,
      preferredRole: claims.preferredRole ?? null,
    },
    ...(version > 1 && { scopes }),
  };
  const { username: userName } = user;
  return run({ client, hosted }, { version, source, userName, request }, trace);
}

/** Runs the trigger before the token of an app client: version 3 only (row CG-TR-07). @throws UserPoolsApiError */
export async function changesOfClientToken(
  { client, hosted }: HostedClient,
  scopes: readonly string[],
  trace: Trace,
): Promise<TokenChanges | undefined> {
  const version = hosted.triggers.versionOf('PreTokenGeneration');
  if (version !== 3) return undefined;
  const source = 'TokenGeneration_ClientCredentials';
  const request = { userAttributes: {}, groupConfiguration: {}, scopes };
  return run({ client, hosted }, { version, source, userName: client.id, request }, trace);
}

async function run(
  { client, hosted }: HostedClient,
  {
    version,
    ...event
  }: {
    readonly version: number;
    readonly source: string;
    readonly userName: string;
    readonly request: Readonly<Record<string, unknown>>;
  },
  trace: Trace,
): Promise<TokenChanges> {
  const name = version === 1 ? 'claimsOverrideDetails' : 'claimsAndScopeOverrideDetails';
  const sent = { ...event, clientId: client.id, response: { [name]: null } };
  const response = await hosted.triggers.run('PreTokenGeneration', sent, trace);
  const read = version === 1 ? ResponseV1.safeParse(response) : ResponseV2.safeParse(response);
  if (!read.success) throw invalidResponse(z.prettifyError(read.error));
  return version === 1
    ? changesV1(read.data as z.output<typeof ResponseV1>)
    : changesV2(read.data as z.output<typeof ResponseV2>);
}

function changesV1({ claimsOverrideDetails: details }: z.output<typeof ResponseV1>): TokenChanges {
  return {
    id: claimChanges(details),
    access: claimChanges(undefined),
    scopesToAdd: [],
    scopesToSuppress: [],
    groups: groupChanges(details?.groupOverrideDetails),
  };
}

function changesV2({ claimsAndScopeOverrideDetails: details }: z.output<typeof ResponseV2>): TokenChanges {
  const access = details?.accessTokenGeneration;
  return {
    id: claimChanges(details?.idTokenGeneration),
    access: claimChanges(access),
    scopesToAdd: (access?.scopesToAdd ?? []).filter((scope) => !scope.startsWith('aws.cognito')),
    scopesToSuppress: access?.scopesToSuppress ?? [],
    groups: groupChanges(details?.groupOverrideDetails),
  };
}

function claimChanges(
  details:
    | {
        readonly claimsToAddOrOverride?: Readonly<Record<string, unknown>> | null | undefined;
        readonly claimsToSuppress?: readonly string[] | null | undefined;
      }
    | null
    | undefined,
): TokenChanges['id'] {
  return { set: details?.claimsToAddOrOverride ?? {}, suppress: details?.claimsToSuppress ?? [] };
}

/** Without details the groups stay; an empty or null object removes them. */
function groupChanges(details: z.output<typeof Groups>): TokenChanges['groups'] {
  if (details === undefined) return undefined;
  return {
    groups: details?.groupsToOverride ?? [],
    roles: details?.iamRolesToOverride ?? [],
    preferredRole: details?.preferredRole ?? undefined,
  };
}
