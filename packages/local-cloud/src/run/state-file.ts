import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Account } from './account';
import { removeAtEnd } from './clean-up';
import { StateFileError } from '../errors';
import { groupsOf } from '../services/cognito/users/user-directory';
import type { Generation } from './generation';
import type { Identifiers } from './identifiers';
import { hasSignedMethods } from '../services/apigateway/model/rest-api';

/** Content of the state file: how other programs reach the local cloud. */
export interface State {
  readonly pid: number;
  readonly url: string;
  readonly issuer: string;
  readonly cognitoDomain: string;
  /** API Gateway without CloudFront, stage included. */
  readonly apiEndpoint: string;
  readonly consoleUrl: string;
  /** The container without CloudFront and API Gateway. */
  readonly backendUrl: string;
  readonly clientId: string;
  readonly callbackUrl: string;
  readonly logoutUrl: string;
  /** Scope that the API requires; empty when no method has one. */
  readonly apiScope: string;
  /** With HTTPS: file with the certificate to trust. */
  readonly certificate?: string;
  /** Base URL of DynamoDB; empty without tables. */
  readonly dynamoDbEndpoint: string;
  /** Credentials for methods and function URLs with `AWS_IAM`; absent when there is none. */
  readonly credentials?: Account['credentials'] & { readonly region: string };
  /** Ids and ARNs of resources that run, by logical id. */
  readonly resources: Identifiers['resources'];
  /** Outputs of the stacks by name; `Stack.Name` with several stacks. */
  readonly outputs: Identifiers['outputs'];
  /** Empty without a user pool. */
  readonly users: readonly {
    readonly username: string;
    readonly password: string;
    /** Names of the user's groups in the first user pool. */
    readonly groups: readonly string[];
  }[];
}

/** Returns the state of a generation; fields are empty where the templates have no such resource. */
export function describeState(
  generation: Generation,
  { credentials, listeners, users, trustFile }: Account,
): State {
  const [apiEndpoint = ''] = urlsOf(generation).restApis.values();
  const [firstService] = generation.running.containers.values();
  const port = firstService?.port();
  const [pool] = generation.topology.userPools;
  const { resources, outputs } = generation.identifiers;
  return {
    pid: process.pid,
    url: listeners.first('distribution').origin,
    ...signInState(generation),
    apiEndpoint,
    consoleUrl: listeners.console.origin,
    backendUrl: port === undefined ? '' : `http://127.0.0.1:${port}`,
    ...(trustFile !== undefined && { certificate: trustFile }),
    dynamoDbEndpoint: generation.running.tables.endpoint ?? '',
    ...(needsCredentials(generation) && {
      credentials: { ...credentials, region: generation.stack.region },
    }),
    resources,
    outputs,
    users: pool
      ? users.users.map((user) => ({
          username: user.username,
          password: user.password,
          groups: groupsOf(pool, user).map(({ name }) => name),
        }))
      : [],
  };
}

function needsCredentials({ topology: { restApis, functions } }: Generation): boolean {
  return (
    restApis.some(({ root }) => hasSignedMethods(root)) ||
    functions.urls.some(({ authType }) => authType === 'AWS_IAM')
  );
}

/** Returns the URLs of distributions, REST APIs and function URLs, by logical id; of an API with its first stage. */
export function urlsOf({ topology, assignments }: Pick<Generation, 'topology' | 'assignments'>): {
  readonly distributions: ReadonlyMap<string, string>;
  readonly restApis: ReadonlyMap<string, string>;
  readonly functionUrls: ReadonlyMap<string, string>;
} {
  const originsOf = (kind: 'distribution' | 'function-url'): ReadonlyMap<string, string> =>
    new Map([...assignments[kind]].map(([id, { origin }]) => [id, origin]));
  return {
    distributions: originsOf('distribution'),
    functionUrls: originsOf('function-url'),
    restApis: new Map(
      topology.restApis.map(({ logicalId, stages }) => [
        logicalId,
        `${assignments['rest-api'].get(logicalId)?.origin ?? ''}/${stages[0]?.name ?? ''}`,
      ]),
    ),
  };
}

function signInState({
  topology: { userPools },
  stack,
  running: { userPools: cognito },
}: Generation): Pick<
  State,
  'issuer' | 'cognitoDomain' | 'clientId' | 'callbackUrl' | 'logoutUrl' | 'apiScope'
> {
  const [pool] = userPools;
  const [client] = pool?.clients ?? [];
  const [scope] = stack.ofType('AWS::ApiGateway::Method').flatMap(({ properties }) => {
    return (properties['AuthorizationScopes'] as string[] | undefined) ?? [];
  });
  return {
    issuer: pool ? cognito.issuer(pool.id) : '',
    cognitoDomain: pool ? cognito.domain(pool.id) : '',
    clientId: client?.id ?? '',
    callbackUrl: client?.callbackUrls[0] ?? '',
    logoutUrl: client?.logoutUrls[0] ?? '',
    apiScope: scope ?? '',
  };
}

interface StateFile {
  write(state: State): Promise<void>;
  /** Removes the file, unless another local cloud has overwritten it. */
  remove(): Promise<void>;
}

/** Writes the state file, readable only by its owner, and always complete for a reader. @throws StateFileError */
export async function writeStateFile(file: string, state: State): Promise<StateFile> {
  const unfinished = `${file}.${process.pid}`;
  const write = async (current: State): Promise<void> => {
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(unfinished, `${JSON.stringify(current, null, 2)}\n`, { mode: 0o600 });
      await rename(unfinished, file).catch(async (error: unknown) => {
        await rm(unfinished);
        throw error;
      });
    } catch (cause) {
      throw new StateFileError(file, cause as NodeJS.ErrnoException);
    }
  };
  await write(state);
  removeAtEnd(file);
  return {
    write,
    remove: async () => {
      if (await isOurs(file, state.pid)) await rm(file, { force: true });
    },
  };
}

async function isOurs(file: string, pid: number): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.includes(`"pid": ${pid},`);
}
