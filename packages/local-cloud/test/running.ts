import path from 'node:path';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import type { AnsweredRequest } from '../src/console/request-log';
import { type Options, readOptions } from '../src/cli/options';
import { type LocalCloud, startLocalCloud } from '../src/run/start';
import { writeAssembly } from './assembly';

const ANY_PORTS = ['--port', '--cognito-port', '--api-gateway-port', '--console-port'].flatMap((flag) => [
  flag,
  '0',
]);

/** What a command line with these flags gives, on ports that are free. */
export function optionsOf(...flags: string[]): Options {
  const options = readOptions([...ANY_PORTS, ...flags], {});
  if (options === 'help') throw new Error('These flags ask for help.');
  return options;
}

/** Options for a template that is written into an assembly. */
export async function optionsFor(
  template: object,
  change: Partial<Options> = {},
  server?: string,
): Promise<Options> {
  const { directory, users } = await writeAssembly(template, server === undefined ? {} : { server });
  const stateFile = path.join(directory, 'state/now.json');
  const options = optionsOf('--assembly', directory, '--users', users, '--state-file', stateFile);
  return { ...options, ...change };
}

/** A local cloud that is closed when the test is over. */
export interface Running extends LocalCloud {
  readonly requests: readonly AnsweredRequest[];
  /** What it logged, one line each. */
  readonly logged: readonly string[];
}

/** Starts a local cloud for the test that runs. */
export async function start(options: Options): Promise<Running> {
  const requests: AnsweredRequest[] = [];
  const logged: string[] = [];
  const write = (line: string): void => {
    logged.push((JSON.parse(line) as { msg: string }).msg);
  };
  const cloud = await startLocalCloud(options, {
    log: pino({ level: 'info' }, { write }),
    signal: new AbortController().signal,
    onRequest: (request) => requests.push(request),
    onContainerLine: () => undefined,
  });
  onTestFinished(() => cloud.close());
  return Object.assign(cloud, { requests, logged });
}
