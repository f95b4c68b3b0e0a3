import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Options } from '../cli/options';
import { ContainerLog } from '../console/container-log';
import type { SeededUsers } from '../services/cognito/users/user-file';
import { Clock } from './clock';
import type { Listeners } from './listeners';

export const ACCOUNT_ID = '000000000000';

/** State that outlives changes of the templates, as an AWS account outlives deployments. Services add their own. */
export interface Account {
  readonly options: Options;
  readonly listeners: Listeners;
  readonly users: SeededUsers;
  readonly clock: Clock;
  /** Of the only IAM user, valid until everything stops. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Lines that containers wrote, to be shown with the request they belong to. */
  readonly containers: ContainerLog;
  /** Certificate that HTTPS is served with, for programs to trust; `undefined` without HTTPS. */
  readonly trustFile: string | undefined;
  readonly log: Logger;
  readonly onContainerLine: (container: string, line: string) => void;
  /** Takes why a changed template or image is not applied, or `undefined` once one is. */
  readonly onChange: (changed: string, failure?: string) => void;
  /** Aborted when everything stops. */
  readonly signal: AbortSignal;
  /** Registers state of a service to be freed at the end. */
  onClose(close: () => Promise<void>): void;
  close(): Promise<void>;
}

type Given = Pick<
  Account,
  'options' | 'listeners' | 'users' | 'log' | 'onContainerLine' | 'onChange' | 'signal' | 'trustFile'
>;

export function openAccount(given: Given): Account {
  const containers = new ContainerLog();
  const closers: (() => Promise<void>)[] = [];
  return {
    ...given,
    clock: new Clock(),
    credentials: {
      accessKeyId: `LOCALCLOUD${randomBytes(5).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64url'),
    },
    containers,
    onContainerLine: (container, line) => {
      containers.add(container, line);
      given.onContainerLine(container, line);
    },
    onClose: (close) => void closers.push(close),
    close: async () => {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
}
