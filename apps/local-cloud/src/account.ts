import type { Logger } from 'pino';
import { GatewayThrottle } from './apigateway/throttling';
import { Clock } from './clock';
import { EdgeCache } from './cloudfront/edge-cache';
import type { SeededUsers } from './cognito/users';
import { ContainerLog } from './console/container-log';
import { RequestLog } from './console/request-log';
import { activeSwitches } from './console/switches';
import { BackendFaults } from './elasticloadbalancing/faults';
import type { Listeners } from './listeners';
import type { Options } from './options';

/** What outlives a change of the template, as an AWS account outlives a deployment. */
export interface Account {
  readonly options: Options;
  readonly listeners: Listeners;
  readonly users: SeededUsers;
  readonly clock: Clock;
  readonly faults: BackendFaults;
  readonly throttle: GatewayThrottle;
  readonly cache: EdgeCache;
  readonly requests: RequestLog;
  /** What containers wrote, for the requests it belongs to. */
  readonly containers: ContainerLog;
  readonly log: Logger;
  readonly onContainerLine: (container: string, line: string) => void;
  /** Aborted when everything stops. */
  readonly signal: AbortSignal;
}

/** An account in which nothing has happened yet. */
export function openAccount(
  given: Pick<Account, 'options' | 'listeners' | 'users' | 'log' | 'onContainerLine' | 'signal'>,
): Account {
  const switchable = { clock: new Clock(), faults: new BackendFaults(), throttle: new GatewayThrottle() };
  const containers = new ContainerLog();
  return {
    ...given,
    ...switchable,
    cache: new EdgeCache(),
    containers,
    requests: new RequestLog(() => ({
      switches: activeSwitches(switchable).map(({ label }) => label),
      clockOffsetMs: switchable.clock.offsetMs,
    })),
    onContainerLine(container, line) {
      containers.add(container, line);
      given.onContainerLine(container, line);
    },
  };
}
