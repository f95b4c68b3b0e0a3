import type { Logger } from 'pino';
import { Clock } from './clock';
import type { SeededUsers } from './cognito/users';
import { RequestLog } from './console/request-log';
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
  readonly requests: RequestLog;
  readonly log: Logger;
  readonly onContainerLine: (container: string, line: string) => void;
  /** Aborted when everything stops. */
  readonly signal: AbortSignal;
}

/** An account in which nothing has happened yet. */
export function openAccount(
  given: Pick<Account, 'options' | 'listeners' | 'users' | 'log' | 'onContainerLine' | 'signal'>,
): Account {
  return { ...given, clock: new Clock(), faults: new BackendFaults(), requests: new RequestLog() };
}
