import type { ResourceTypes, Stack } from '@spa-on-aws/cloudformation';
import type { RequestListener } from 'node:http';
import type { Options } from '../cli/options';
import type { RequestHandler } from '../http/message';
import type { FaultResponder } from '../http/request-fault';
import type { Account } from './account';
import type { Assignment, EndpointKind } from './listeners';
import type { Network } from './network';
import type { Secrets } from './secrets';
import type { Stacks } from './sources';
import type { TopologyPart } from './topology-node';

/** Something that one service provides and others refer to, by host name, ARN or name. */
export interface Link {
  readonly kind: 'host' | 'load-balancer' | 'target-group' | 'user-pool' | 'table' | 'parameter' | 'function';
  readonly id: string;
}

/** A link without which requests would fail; `missing` says so when no service provides it. */
export interface RequiredLink extends Link {
  readonly missing: () => Error;
  /** The link that makes this one necessary: without a request path through it, nothing is missing. */
  readonly requiredBy?: Link;
}

/** Local origins of AWS resources, by logical id. */
export interface LocalOrigins {
  readonly distributions: ReadonlyMap<string, string>;
  readonly restApis: ReadonlyMap<string, string>;
  readonly functionUrls: ReadonlyMap<string, string>;
  readonly cognito: string;
}

/** An endpoint that is served on its resource's listener once its generation takes over. */
export interface Endpoint {
  readonly logicalId: string;
  readonly handler: RequestHandler;
  /** Domains that the endpoint answers for besides this machine's; absent when its handler checks `Host`. */
  readonly hosts?: readonly string[];
  /** Responses to bytes that are not an HTTP request. */
  readonly faults?: FaultResponder;
}

/** Input for starting a service's part of a generation. */
export interface StartContext<Model = unknown> {
  readonly account: Account;
  readonly stack: Stack;
  readonly stacks: Stacks;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly assignments: Readonly<Record<EndpointKind, Assignment>>;
  /** Replaces AWS origins in a text by local ones. */
  readonly localize: (text: string) => string;
  /** The model of the generation before; `undefined` at the start. */
  readonly previous: Model | undefined;
  /** Serves sign-in at once, before the rest of the generation is ready: containers may ask for its keys. */
  serveSignIn(answer: RequestListener): void;
}

/** Input for checking a model without starting anything. */
type CheckContext = Pick<StartContext, 'stack' | 'stacks' | 'localize'> & {
  readonly options: Options;
};

/** The part of a generation that a service started. */
export interface Started<Running> {
  readonly running: Running;
  readonly endpoints?: readonly Endpoint[];
  /** Makes the changes that exclude the generation before; returns messages about them. */
  takeOver?(): Promise<readonly string[]>;
  /** Stops what only the generation before needed. */
  commit?(): Promise<void>;
  /** Stops what was started for this generation, which will never take over. */
  discard?(): Promise<void>;
  /** Frees what belongs to this generation alone. */
  close?(): void | Promise<void>;
}

export interface Service<Model, Running> {
  readonly resourceTypes: ResourceTypes;
  /** Resources of this type get a listener each. */
  readonly listens?: { readonly kind: EndpointKind; readonly resourceType: string };
  /** AWS host names that the service answers for, each with its local origin. Reads names only. */
  localHosts?(stack: Stack, origins: LocalOrigins): Iterable<readonly [host: string, origin: string]>;
  /** Value of `{{resolve:…}}`; `undefined` when the service does not know it. */
  resolveReference?(reference: string, stack: Stack): string | undefined;
  /** Reads files that properties name, into the properties. @returns their content by file */
  prepare?(stack: Stack, stacks: Stacks, options: Options): Promise<ReadonlyMap<string, unknown>>;
  /** Reads the resources of the service. @throws UnsupportedPropertyError InvalidPropertyError */
  readModel(stack: Stack, stacks: Stacks): Model;
  /** Finds faults that a start would find only later, without starting anything: for `inspect`. */
  check?(model: Model, context: CheckContext): unknown;
  /** Lists what a start warns of. */
  warnings?(model: Model): readonly string[];
  provides?(model: Model): Iterable<Link>;
  requires?(model: Model, stack: Stack, secrets: Secrets): Iterable<RequiredLink>;
  /** Starts what the model describes. Registers in the network before its first `await`. */
  start?(model: Model, context: StartContext<Model>): Promise<Started<Running>>;
  topology?(model: Model): TopologyPart;
}

/** Declares a service; infers its types. */
export function defineService<Model, Running = undefined>(
  service: Service<Model, Running>,
): Service<Model, Running> {
  return service;
}

/** Declares state of a service that outlives generations, as an AWS account outlives deployments: one per account. */
export function accountState<State>(open: (account: Account) => State): (account: Account) => State {
  const states = new WeakMap<Account, State>();
  return (account) => {
    const state = states.get(account) ?? open(account);
    states.set(account, state);
    return state;
  };
}
