import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import pino from 'pino';
import pretty from 'pino-pretty';
import { CodedError } from '@spa-on-aws/cloudformation';
import { describeHop } from '../explain/describe-hop';
import { decidingHop } from '../explain/explanations';
import { redactText } from '../console/redaction';
import type { AnsweredRequest } from '../console/request-log';
import { type LocalCloud, startLocalCloud } from '../run/start';
import { helpText, type Options, readOptions } from './options';

/** A second signal within this time belongs to the same Ctrl-C: a terminal signals every process, a task runner its tasks. */
const IMPATIENT_AFTER_MS = 1_000;

const ORPHAN_CHECK_MS = 200;

/**
 * Heap growth, in percent of the live objects at the last full collection, that triggers the next one. V8 allows up to 300.
 * The local cloud runs beside a build, a browser and an editor: a lower value costs a few percent of processor time under
 * load and halves the growth.
 */
const GROWTH_PERCENT = 40;

/** Keeps the heap small, without a hard limit. */
function keepHeapClose(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}

const print = (text: string): boolean => process.stdout.write(`${text}\n`);

function describeRequest(request: AnsweredRequest): string {
  const { method, path, status, durationMs, switches } = request;
  const refusal = status >= 400 ? decidingHop(request) : undefined;
  const why = refusal
    ? `  ${describeHop(refusal).service}: ${redactText(describeHop(refusal).sentence)}`
    : '';
  const switched = switches.length > 0 ? `  [active faults: ${switches.join(', ')}]` : '';
  return `${method} ${path} ${status} ${durationMs} ms${why}${switched}`;
}

function describeStart(
  { state, notRun, furtherUrls, clientSecrets, warnings }: LocalCloud,
  startedAfterMs: number,
  options: Options,
): string {
  const notRunCount = [...notRun.values()].reduce((sum, count) => sum + count, 0);
  return [
    '',
    `  Site            ${state.url}`,
    ...(options.devOrigin ? [`  Dev server      ${options.devOrigin}`] : []),
    ...(state.apiEndpoint ? [`  API Gateway     ${state.apiEndpoint}`] : []),
    ...[...furtherUrls].map(([logicalId, url]) => `  ${logicalId.padEnd(15)} ${url}`),
    ...(state.issuer ? [`  Sign-in         ${state.issuer}`] : []),
    `  Console         ${state.consoleUrl}`,
    ...(state.backendUrl ? [`  Container       ${state.backendUrl}`] : []),
    ...clientSecrets.map(({ client, secret }) => `  Client secret   ${secret} (${client})`),
    ...state.users.map(({ username, password, groups }) => {
      const inGroups = groups.length > 0 ? `in ${groups.join(', ')}; ` : '';
      return `  Log in as       ${username} / ${password} (${inGroups}works on this machine only)`;
    }),
    '',
    ...(warnings.length > 0
      ? [
          '  Unknown properties, ignored (--strict refuses them):',
          ...warnings.map((line) => `    ${line}`),
          '',
        ]
      : []),
    ...(notRunCount > 0
      ? [`  ${notRunCount} resources not involved in serving requests were skipped (see inspect).`]
      : []),
    `  Ready in ${(startedAfterMs / 1_000).toFixed(2)} s. Ctrl-C stops everything.`,
    '',
  ].join('\n');
}

async function main(stopped: AbortController): Promise<void> {
  keepHeapClose();
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') {
    print(helpText());
    return;
  }
  if (options.command === 'inspect') {
    const { describeInspection, inspect } = await import('./inspect');
    const inspection = await inspect(options);
    print(options.json ? JSON.stringify(inspection, null, 2) : describeInspection(inspection));
    process.exitCode = inspection.problems.length > 0 ? 1 : 0;
    return;
  }
  const log = pino(
    { level: options.logLevel, base: null },
    pretty({ sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true }),
  );
  let stoppedAt = Infinity;
  const stop = (): void => {
    if (performance.now() - stoppedAt > IMPATIENT_AFTER_MS) process.exit(130);
    stoppedAt = Math.min(stoppedAt, performance.now());
    stopped.abort();
  };
  // `disconnect`: the process that forked this one has ended.
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop).on('disconnect', stop);
  // A task runner may end only the shell that this process runs in, or be killed itself.
  const parent = process.ppid;
  const nx = Number(process.env['NX_INVOCATION_ROOT_PID']);
  const orphaned = setInterval(() => {
    if (process.ppid !== parent || (nx > 0 && !isRunning(nx))) stopped.abort();
  }, ORPHAN_CHECK_MS);
  orphaned.unref();

  const cloud = await startLocalCloud(options, {
    log,
    signal: stopped.signal,
    onRequest: (request) => log.info(describeRequest(request)),
    onContainerLine: (container, line) => log.debug({}, `${container} | ${line}`),
  });
  if (process.send) process.send({ state: cloud.state });
  else print(describeStart(cloud, performance.now(), options));
  if (!stopped.signal.aborted) await once(stopped.signal, 'abort');
  await cloud.close();
  process.exit(0);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const stopped = new AbortController();
main(stopped).catch((error: unknown) => {
  if (stopped.signal.aborted) process.exit(0);
  const isOurs = error instanceof CodedError;
  const text = isOurs ? `${error.code}: ${error.message}` : String((error as Error).stack ?? error);
  const failure = `The local cloud did not start.\n${text}`;
  if (process.send) process.send({ failure }, () => process.exit(1));
  else {
    process.stderr.write(`\n${failure}\n`);
    process.exit(1);
  }
});
