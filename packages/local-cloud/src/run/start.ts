import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { CodedError } from '@spa-on-aws/cloudformation';
import { type Options, SAMPLE_USERS_FILE } from '../cli/options';
import { activeSwitches, type Controls } from '../console/switches';
import { type Console, createConsole } from '../console/handler';
import {
  type AnsweredRequest,
  type LoggedAnswer,
  type LoggedRequest,
  observeSignIn,
  RequestLog,
} from '../console/request-log';
import { certificateFor, writeTrustFile } from '../http/certificate';
import { callDirectly, type OutgoingRequest } from '../http/direct-call';
import { onlyForHosts } from '../http/host-check';
import type { RequestHandler } from '../http/message';
import { answerWith } from '../http/request-listener';
import { throttleOf } from '../services/apigateway/service';
import { cachesOf } from '../services/cloudfront/service';
import { invokeApiOf } from '../services/lambda/service';
import { loadUsers } from '../services/cognito/users/user-file';
import { backendFaultsOf } from '../services/elasticloadbalancing/service';
import { type Account, openAccount } from './account';
import { describeChangedFiles, describeChanges, loadStacks } from './sources';
import { type Generation, startGeneration } from './generation';
import type { Identifiers } from './identifiers';
import { type EndpointKind, Listeners } from './listeners';
import { describeState, type State, urlsOf, writeStateFile } from './state-file';
import { watchFiles } from './watch';
import { describeLeftOut } from './without';

export interface LocalCloud {
  /** The current state: a changed template may have other clients or scopes. */
  readonly state: State;
  /** URLs of the second and further distributions and REST APIs, and of functions, by logical id. */
  readonly furtherUrls: ReadonlyMap<string, string>;
  /** Secrets of app clients that have one, by the client's logical id. */
  readonly clientSecrets: readonly { readonly client: string; readonly secret: string }[];
  /** How many resources of each type are in the templates and not run. */
  readonly notRun: ReadonlyMap<string, number>;
  readonly identifiers: Identifiers;
  /** Features that the stacks run without, e.g. `web ACL of Site`. */
  readonly leftOut: readonly string[];
  /** Messages about ignored properties, and about what responds otherwise than on AWS. */
  readonly warnings: readonly string[];
  /** Stops everything and removes the state file. */
  close(): Promise<void>;
}

/** Callbacks, log and signal of the local cloud. */
export interface Environment {
  /** Abort it to stop, also during the start. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** @param url of the request in the console */
  readonly onRequest: (request: AnsweredRequest, url: string) => void;
  readonly onContainerLine: (container: string, line: string) => void;
  /** Takes why a changed template or image is not applied, or `undefined` once one is. */
  readonly onChange: (changed: string, failure?: string) => void;
}

type Cleanup = () => Promise<void> | void;

/** Runs templates, and applies changes of them while it runs. @throws CodedError after it has stopped what was started */
export async function startLocalCloud(options: Options, environment: Environment): Promise<LocalCloud> {
  const cleanups: Cleanup[] = [];
  const stopped = new AbortController();
  environment.signal.addEventListener('abort', () => stopped.abort(), { once: true });
  if (environment.signal.aborted) stopped.abort();
  const close = async (): Promise<void> => {
    stopped.abort();
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    return await start(options, { ...environment, signal: stopped.signal }, cleanups, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: Options,
  environment: Environment,
  cleanups: Cleanup[],
  close: () => Promise<void>,
): Promise<LocalCloud> {
  const { log, onContainerLine, onChange, signal } = environment;
  const certificate = options.https ? await certificateFor(options.certificate) : undefined;
  const listeners = await Listeners.open(options, certificate);
  cleanups.push(() => listeners.close());
  const [stacks, users] = await Promise.all([
    loadStacks(options),
    loadUsers(options.users, { isSample: options.users === SAMPLE_USERS_FILE }),
  ]);
  const trust = certificate && (await writeTrustFile(certificate));
  if (trust) cleanups.push(() => trust.remove());
  const account = openAccount({
    options,
    listeners,
    users,
    log,
    onContainerLine,
    onChange,
    signal,
    trustFile: trust?.file,
  });
  cleanups.push(() => account.close());
  const served = new Served(account, environment);
  let generation = await startGeneration(stacks, account, undefined, served.serveSignIn);
  cleanups.push(() => generation.retire());
  await generation.commit();
  await generation.takeOver();
  served.serve(generation);

  let state = describeState(generation, account);
  const console = served.openConsole(() => ({ generation, state }));
  cleanups.push(() => console.close());
  const stateFile = await writeStateFile(options.stateFile, state);
  cleanups.push(() => stateFile.remove());

  let wasRejected = false;
  const apply = async (): Promise<void> => {
    const next = await startNext(account, generation, served.serveSignIn);
    if (next === 'unchanged' && wasRejected) log.info('the template is the running one again');
    wasRejected = next === 'rejected';
    if (!wasRejected) onChange('template');
    if (typeof next === 'string') return;
    const previous = generation;
    generation = next.generation;
    served.serve(generation);
    state = describeState(generation, account);
    await stateFile.write(state);
    console.templateChanged();
    const notes = [next.changes, ...(await generation.takeOver())];
    log.info(`the template changed: ${notes.join('; ')}`);
    for (const warning of generation.warnings) log.warn(warning);
    await previous.retire();
    await generation.commit();
  };
  const applySafely = (): Promise<void> =>
    apply().catch((error: unknown) =>
      log.error({ err: error }, 'the changed template was applied only in part'),
    );
  const watching = watchFiles(
    () => [...generation.stacks.flatMap(({ sourceFiles }) => sourceFiles), ...generation.files.keys()],
    applySafely,
    signal,
  );
  cleanups.push(() => watching);

  return {
    get state() {
      return state;
    },
    get furtherUrls() {
      const { distributions, restApis, functionUrls } = urlsOf(generation);
      return new Map([...[...distributions].slice(1), ...[...restApis].slice(1), ...functionUrls]);
    },
    get clientSecrets() {
      return generation.topology.userPools
        .flatMap(({ clients }) => clients)
        .flatMap(({ logicalId, secret }) => (secret === undefined ? [] : [{ client: logicalId, secret }]));
    },
    get notRun() {
      return generation.stack.unread();
    },
    get identifiers() {
      return generation.identifiers;
    },
    get leftOut() {
      return leftOutOf(generation);
    },
    get warnings() {
      return generation.warnings;
    },
    close,
  };
}

/** Starts the changed templates; logs why if they cannot run. */
async function startNext(
  account: Account,
  current: Generation,
  serveSignIn: (answer: RequestListener) => void,
): Promise<{ generation: Generation; changes: string } | 'unchanged' | 'rejected'> {
  const { options, log, onChange, signal } = account;
  try {
    const stacks = await loadStacks(options);
    const changes = describeChanges(current.stacks, stacks) ?? (await describeChangedFiles(current.files));
    if (changes === undefined) return 'unchanged';
    return { generation: await startGeneration(stacks, account, current, serveSignIn), changes };
  } catch (error) {
    if (signal.aborted) return 'rejected';
    current.serveSignIn();
    const why = error instanceof CodedError ? `${error.code}: ${error.message}` : String(error);
    const failure = `new template rejected; still serving the previous one. ${why}`;
    log.error(failure);
    onChange('template', failure);
    return 'rejected';
  }
}

const leftOutOf = ({ stacks }: Generation): string[] =>
  stacks.flatMap(({ leftOut }) => leftOut.map(describeLeftOut));

const NAMES: Readonly<Record<EndpointKind, string>> = {
  distribution: 'CloudFront distribution',
  'rest-api': 'REST API',
  'function-url': 'function URL',
};

/** Serves the endpoints of generations, and logs their requests. */
class Served {
  readonly #requests: RequestLog;
  readonly #controls: Omit<Controls, 'signIn'>;
  #leftOut: readonly string[] = [];
  #hasDroppedHsts = false;

  constructor(
    readonly account: Account,
    readonly environment: Environment,
  ) {
    const { clock } = account;
    const controls = { clock, faults: backendFaultsOf(account), throttle: throttleOf(account) };
    this.#controls = { ...controls, cache: cachesOf(account) };
    this.#requests = new RequestLog(() => ({
      switches: [
        ...activeSwitches(controls).map(({ label }) => label),
        ...this.#leftOut.map((feature) => `without ${feature}`),
      ],
      clockOffsetMs: clock.offsetMs,
    }));
    invokeApiOf(account).onAnswered = this.#report('invoke-api');
  }

  readonly serveSignIn = (answer: RequestListener): void => {
    this.account.listeners.cognito.serve(onlyForHosts([], observeSignIn(answer, this.#report('sign-in'))));
  };

  /** Serves a generation on every listener of a distribution or REST API from now on. */
  serve(generation: Generation): void {
    const { counted, endpoints, assignments } = generation;
    this.#leftOut = leftOutOf(generation);
    const { listeners, log } = this.account;
    for (const kind of ['distribution', 'rest-api', 'function-url'] as const) {
      const via = kind === 'rest-api' ? 'execute-api' : kind;
      for (const { logicalId, handler, faults, hosts } of endpoints[kind]) {
        const report = this.#report(via, logicalId);
        const answerAll = counted(answerWith(this.#withoutHsts(handler), log, report));
        const answer = hosts ? onlyForHosts(hosts, answerAll) : answerAll;
        assignments[kind].get(logicalId)?.serve(answer, faults);
      }
      for (const free of listeners.confirm(kind, assignments[kind])) free.serve(nothingHere(NAMES[kind]));
    }
  }

  /**
   * With HTTPS, removes `Strict-Transport-Security`: for `localhost` a browser would apply it to all ports, also those of other
   * programs with plain HTTP. Without HTTPS, browsers ignore it (RFC 6797, section 8.1).
   */
  #withoutHsts(handler: RequestHandler): RequestHandler {
    const { options, log } = this.account;
    if (!options.https) return handler;
    return async (request) => {
      const response = await handler(request);
      if (!response.headers.has('strict-transport-security')) return response;
      if (!this.#hasDroppedHsts)
        log.info('Strict-Transport-Security is not sent: it would apply to all ports of localhost');
      this.#hasDroppedHsts = true;
      response.headers.delete('strict-transport-security');
      return response;
    };
  }

  openConsole(current: () => { readonly generation: Generation; readonly state: State }): Console {
    const { listeners, containers } = this.account;
    const console = createConsole({
      port: listeners.console.port,
      shown: () => {
        const { generation, state } = current();
        return {
          topology: generation.topology,
          urls: { ...urlsOf(generation), signIn: state.cognitoDomain },
        };
      },
      requests: this.#requests,
      containers,
      controls: {
        ...this.#controls,
        get signIn() {
          return current().generation.running.userPools.controls;
        },
      },
      tokens: () => current().generation.running.userPools.tokens,
      send: (to, request) => this.#send(current().generation, to, request),
    });
    listeners.console.serve((request, response) => console.handle(request, response));
    return console;
  }

  /** Sends a request to the endpoint that received another. @returns `undefined` if it has left the templates */
  async #send(
    { endpoints }: Generation,
    { via, owner }: AnsweredRequest,
    outgoing: OutgoingRequest,
  ): Promise<AnsweredRequest | undefined> {
    if (via === 'sign-in' || via === 'invoke-api') return undefined;
    const kind = via === 'execute-api' ? 'rest-api' : via;
    const endpoint = endpoints[kind].find(({ logicalId }) => logicalId === owner);
    if (!endpoint) return undefined;
    const { request, answer } = await callDirectly(endpoint.handler, outgoing);
    return this.#report(via, owner)(request, answer);
  }

  #report(via: AnsweredRequest['via'], owner?: string) {
    return (request: LoggedRequest, answer: LoggedAnswer): AnsweredRequest => {
      const answered = this.#requests.add(via, request, answer, owner);
      this.environment.onRequest(answered, `${this.account.listeners.console.origin}/#${answered.id}`);
      return answered;
    };
  }
}

/** Responds on a port whose resource is not in the templates. */
function nothingHere(what: string): (request: IncomingMessage, response: ServerResponse) => void {
  const body = `The templates have no ${what}, so nothing is served on this port.\n`;
  return (request, response) => {
    response.writeHead(404, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}
