import type { Logger } from 'pino';
import { GatewayThrottle } from '../services/apigateway/throttling';
import { Clock } from './clock';
import { EdgeCaches } from '../services/cloudfront/edge-caches';
import { SignInState } from '../services/cognito/state';
import type { SeededUsers } from '../services/cognito/users/user-file';
import { ContainerLog } from '../console/container-log';
import { RequestLog } from '../console/request-log';
import { activeSwitches } from '../console/switches';
import { Tables } from '../services/dynamodb/tables';
import { BackendFaults } from '../services/elasticloadbalancing/faults';
import { Fleet } from './fleet';
import type { Listeners } from './listeners';
import type { Options } from '../cli/options';
import { ACCOUNT_ID } from './stacks';

/** What outlives a change of the template, as an AWS account outlives a deployment. */
export interface Account {
  readonly options: Options;
  readonly listeners: Listeners;
  readonly users: SeededUsers;
  readonly clock: Clock;
  readonly faults: BackendFaults;
  readonly throttle: GatewayThrottle;
  readonly caches: EdgeCaches;
  /** Sessions, tokens and what people changed. */
  readonly signIn: SignInState;
  readonly tables: Tables;
  readonly fleet: Fleet;
  readonly requests: RequestLog;
  /** What containers wrote, for the requests it belongs to. */
  readonly containers: ContainerLog;
  /** The certificate that HTTPS is served with, for programs to trust; `undefined` without HTTPS. */
  readonly trustFile: string | undefined;
  readonly log: Logger;
  readonly onContainerLine: (container: string, line: string) => void;
  /** Aborted when everything stops. */
  readonly signal: AbortSignal;
}

/** An account in which nothing has happened yet. */
export function openAccount(
  given: Pick<
    Account,
    'options' | 'listeners' | 'users' | 'log' | 'onContainerLine' | 'signal' | 'trustFile'
  >,
): Account {
  const switchable = { clock: new Clock(), faults: new BackendFaults(), throttle: new GatewayThrottle() };
  const containers = new ContainerLog();
  const onContainerLine = (container: string, line: string): void => {
    containers.add(container, line);
    given.onContainerLine(container, line);
  };
  return {
    ...given,
    ...switchable,
    caches: new EdgeCaches(),
    signIn: new SignInState(),
    tables: new Tables({ region: given.options.region, accountId: ACCOUNT_ID, log: given.log }),
    fleet: new Fleet({
      log: given.log,
      onLine: onContainerLine,
      watchImages: given.options.imageDir !== undefined,
      signal: given.signal,
    }),
    containers,
    requests: new RequestLog(() => ({
      switches: activeSwitches(switchable).map(({ label }) => label),
      clockOffsetMs: switchable.clock.offsetMs,
    })),
    onContainerLine,
  };
}
