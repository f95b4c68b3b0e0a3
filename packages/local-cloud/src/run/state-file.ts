import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Account } from './account';
import { StateFileError } from '../errors';
import type { Generation } from './generation';

/** What a running local cloud tells other programs of itself, as JSON. */
export interface State {
  readonly pid: number;
  /** The distribution. */
  readonly url: string;
  readonly issuer: string;
  /** Origin of managed login. */
  readonly cognitoDomain: string;
  /** API Gateway with the stage, around CloudFront. */
  readonly apiEndpoint: string;
  readonly consoleUrl: string;
  /** The container itself, around everything. */
  readonly backendUrl: string;
  readonly clientId: string;
  readonly callbackUrl: string;
  readonly logoutUrl: string;
  /** The scope an access token needs for the API; empty when no method asks for one. */
  readonly apiScope: string;
  /** With HTTPS: a file with the certificate, to be trusted. */
  readonly certificate?: string;
  readonly users: readonly { readonly username: string; readonly password: string }[];
}

/** What a generation of the templates is known by; empty where the templates have no such thing. */
export function describeState(generation: Generation, { listeners, users, trustFile }: Account): State {
  const [apiEndpoint = ''] = urlsOf(generation).restApis.values();
  const [firstService] = generation.running.containers.values();
  const port = firstService?.port();
  return {
    pid: process.pid,
    url: listeners.first('distribution').origin,
    ...signInState(generation),
    apiEndpoint,
    consoleUrl: listeners.console.origin,
    backendUrl: port === undefined ? '' : `http://127.0.0.1:${port}`,
    ...(trustFile !== undefined && { certificate: trustFile }),
    users: users.users.map(({ username, password }) => ({ username, password })),
  };
}

/** Where distributions and REST APIs answer, by logical id; an API with its first stage. */
export function urlsOf({ topology, assignments }: Pick<Generation, 'topology' | 'assignments'>): {
  readonly distributions: ReadonlyMap<string, string>;
  readonly restApis: ReadonlyMap<string, string>;
} {
  return {
    distributions: new Map([...assignments.distribution].map(([id, { origin }]) => [id, origin])),
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

/** The file, as long as the local cloud runs. */
export interface StateFile {
  write(state: State): Promise<void>;
  /** Leaves what another local cloud has written there since. */
  remove(): Promise<void>;
}

/**
 * Writes the file, readable by its owner only.
 *
 * @throws StateFileError
 */
export async function writeStateFile(file: string, state: State): Promise<StateFile> {
  const write = async (current: State): Promise<void> => {
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, `${JSON.stringify(current, null, 2)}\n`, { mode: 0o600 });
    } catch (cause) {
      throw new StateFileError(file, cause as NodeJS.ErrnoException);
    }
  };
  await write(state);
  return {
    write,
    remove: async () => {
      if (await isOurs(file, state.pid)) await rm(file, { force: true });
    },
  };
}

/** Another local cloud may have written its own state there since. */
async function isOurs(file: string, pid: number): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.includes(`"pid": ${pid},`);
}
