import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import pino from 'pino';
import pretty from 'pino-pretty';
import { startLocalCloud } from '../run/start';
import { describeContainerLine } from '../console/describe-container-line';
import { describeRequest } from './describe-request';
import { describeFailure, describeStart } from './describe-start';
import { helpText, readOptions, withVariables } from './options';

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

/** Exit codes of `inspect`. */
const EXIT_CODES = { runs: 0, 'cannot-run': 1, 'needs-values': 3 } as const;

const print = (text: string): boolean => process.stdout.write(`${text}\n`);

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
    process.exitCode = EXIT_CODES[inspection.verdict];
    return;
  }
  const log = pino(
    {
      level: options.logLevel,
      base: null,
      // Stacks are for those who change the local cloud.
      ...(options.logLevel !== 'debug' && { serializers: { err: (error: Error) => error.message } }),
    },
    pretty({ sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true }),
  );
  let stoppedAt = Infinity;
  const stop = (): void => {
    if (performance.now() - stoppedAt > IMPATIENT_AFTER_MS) process.exit(130);
    stoppedAt = Math.min(stoppedAt, performance.now());
    stopped.abort();
  };
  const nx = Number(process.env['NX_INVOCATION_ROOT_PID']);
  process.on('SIGINT', () => {
    // Nx gives a task a terminal of its own: only the task receives Ctrl-C. Nx ends its tasks.
    if (nx > 0 && process.stdout.isTTY && isRunning(nx)) process.kill(nx, 'SIGINT');
    stop();
  });
  // `disconnect`: the process that forked this one has ended.
  process.on('SIGTERM', stop).on('SIGHUP', stop).on('disconnect', stop);
  // A task runner may end only the shell that this process runs in, or be killed itself.
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (process.ppid !== parent || (nx > 0 && !isRunning(nx))) stopped.abort();
  }, ORPHAN_CHECK_MS);
  orphaned.unref();

  const cloud = await startLocalCloud(options, {
    log,
    signal: stopped.signal,
    onRequest: (request, url) => log.info(describeRequest(request, url)),
    onContainerLine: (container, text) => {
      const { level, lines } = describeContainerLine(container, text);
      if (log.isLevelEnabled(level)) print(lines.map((line) => `${container} | ${line}`).join('\n'));
    },
    onChange: (changed, failure) => {
      if (!process.send) return;
      const told = changed === 'template' && failure !== undefined ? withVariables(failure) : failure;
      // The log has the failure itself.
      if (told !== failure) log.info(told?.split('\n').at(-1));
      process.send({ changed, failure: told });
    },
  });
  if (process.send) {
    for (const warning of cloud.warnings) log.warn(warning);
    process.send({ state: cloud.state });
  } else print(describeStart(cloud, performance.now(), options));
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
  const isDebug = [...process.argv, process.env['LOCAL_CLOUD_LOG_LEVEL']].includes('debug');
  const failure = `The local cloud did not start.\n${describeFailure(error, isDebug)}`;
  if (process.send) process.send({ failure: withVariables(failure) }, () => process.exit(1));
  else {
    process.stderr.write(`\n${failure}\n`);
    process.exit(1);
  }
});
