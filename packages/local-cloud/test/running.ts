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

/** Returns the options of a command line, with free ports. */
export function optionsOf(...flags: string[]): Options {
  const options = readOptions([...ANY_PORTS, ...flags], {});
  if (options === 'help') throw new Error('The flags contain --help.');
  return options;
}

/** Writes an assembly with a template and returns the options to run it. */
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

/** A local cloud that is closed after the test. */
export interface Running extends LocalCloud {
  readonly requests: readonly AnsweredRequest[];
  /** Messages of the log. */
  readonly logged: readonly string[];
}

/** Starts a local cloud for the current test. */
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
    onChange: () => undefined,
  });
  onTestFinished(() => cloud.close());
  return Object.assign(cloud, { requests, logged });
}
