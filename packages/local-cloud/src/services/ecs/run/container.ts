import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import { describeContainerLine } from '../../../console/describe-container-line';
import { ContainerStartError } from '../../../errors';
import { killAtEnd, killGroup, temporaryDirectory } from '../../../run/clean-up';
import { readDockerfile } from '../model/dockerfile';
import { includesStatus, type TargetGroup } from '../../elasticloadbalancing/model/target-group';
import type { HealthCheck, RunnableContainer } from '../model/service-container';

const LOOPBACK = '127.0.0.1';
const POLL_INTERVAL_MS = 25;
const RESPONSE_TIMEOUT_MS = 2_000;
const START_TIMEOUT_MS = 30_000;
/** Shorter than on AWS, so that Ctrl-C returns soon. */
const STOP_TIMEOUT_MS = 1_500;
const MAX_LINE_LENGTH = 65_536;
/** Most lines that are stored until a container is healthy. */
const MAX_START_LINES = 1_000;

export interface ContainerOptions {
  readonly definition: RunnableContainer;
  /** Variables by which it reaches other services; those of the image and of the task definition win. */
  readonly environment: Readonly<Record<string, string>>;
  /** Settings of the target group that the container is registered with. */
  readonly targetGroup: Pick<TargetGroup['healthCheck'], 'path' | 'healthyStatuses'> &
    Partial<Pick<TargetGroup, 'deregistrationDelayMs'>>;
  /** Aborted to stop the container, even before it is healthy. */
  readonly signal: AbortSignal;
  /** Takes the lines of its output once it is healthy; until then they are for the error of its start. */
  readonly onLine: (line: string) => void;
}

/** A running container: a process with its own files, environment and port. */
export interface Container {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Settles with the reason when the process has ended. */
  readonly ended: Promise<string>;
  /** Runs the health check of the task definition once; returns true if there is none. */
  isHealthy(): Promise<boolean>;
  /**
   * Sends SIGTERM, then SIGKILL; removes the files.
   *
   * @param timeoutMs time between the two signals; 1,500 ms by default
   */
  stop(timeoutMs?: number): Promise<void>;
}

/**
 * Starts a container and waits until the health checks of its target group and of its task definition pass.
 *
 * @throws ContainerStartError when it ends or does not become healthy
 */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  const { definition } = options;
  const { directory, dockerFile } = definition.image;
  const dockerfilePath = path.join(directory, dockerFile);
  const image = readDockerfile(
    await readFile(dockerfilePath, 'utf8').catch((cause: unknown) => {
      throw new ContainerStartError(
        definition.name,
        `${dockerfilePath} cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}). Build the content of the image first, or give its directory with --image-dir.`,
      );
    }),
    dockerfilePath,
  );

  const root = await temporaryDirectory();
  const discard = (): Promise<void> => rm(root, { recursive: true, force: true });
  try {
    for (const { source, destination } of image.copies) {
      const [from, target] = [path.join(directory, source), path.join(root, destination)];
      await mkdir(path.dirname(target), { recursive: true });
      await cp(from, target, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        throw new ContainerStartError(
          definition.name,
          `its Dockerfile copies ${from}, which does not exist. Build the content of the image; if its build fails, see the compiler's message.`,
        );
      });
    }
    const workingDirectory = path.join(root, image.workingDirectory);
    await mkdir(workingDirectory, { recursive: true });

    const port = await choosePort(definition);
    const environment = {
      PATH: process.env['PATH'] ?? '',
      // Programs that listen on HOST cannot be reached from other machines.
      HOST: LOOPBACK,
      // Hides credentials and configuration in the user's home directory.
      HOME: root,
      ...options.environment,
      ...image.environment,
      ...definition.environment,
      ...(definition.environment['PORT'] === String(definition.containerPort) ? { PORT: String(port) } : {}),
    };
    const words = [...(definition.entryPoint ?? image.entryPoint), ...(definition.command ?? image.command)];
    const run = { cwd: workingDirectory, env: environment };
    // In its own process group it does not receive Ctrl-C; the local cloud stops it.
    const child = spawn(program(words[0]), words.slice(1), {
      ...run,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    killAtEnd(child);
    const startLines: string[] = [];
    let isHealthy = false;
    for (const stream of [child.stdout, child.stderr]) {
      forEachLine(stream, (line) => {
        if (isHealthy) options.onLine(line);
        else if (startLines.push(line) > MAX_START_LINES) startLines.shift();
      });
    }
    const ended = endOf(child).finally(() => killGroup(child));
    const container: Container = {
      port,
      ended,
      isHealthy: () => runHealthCheck(definition.healthCheck, run),
      stop: async (timeoutMs = STOP_TIMEOUT_MS) => {
        await stopProcess(child, ended, timeoutMs);
        await discard();
      },
    };
    await untilHealthy(options, container).catch(async (error: unknown) => {
      await container.stop();
      const lines = startLines
        .slice(-20)
        .flatMap((line) => describeContainerLine(definition.name, line).lines)
        .map((line) => `\n  ${line}`)
        .join('');
      throw new ContainerStartError(
        definition.name,
        `${(error as Error).message}${lines && ` Its output:${lines}`}`,
      );
    });
    for (const line of startLines) options.onLine(line);
    isHealthy = true;
    return container;
  } catch (error) {
    await discard();
    throw error;
  }
}

/** Returns the path of a program; `node` is the Node.js that runs the local cloud. */
function program(name: string | undefined): string {
  return name === 'node' ? process.execPath : (name ?? '');
}

/** Returns a free port for a container that listens on `PORT`, otherwise the port of its definition. */
async function choosePort({ environment, containerPort }: RunnableContainer): Promise<number> {
  if (environment['PORT'] !== String(containerPort)) return containerPort;
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, LOOPBACK, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : containerPort));
    });
  });
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started (${error.message}).`));
    child.once('exit', (code, signal) =>
      resolve(signal ? `killed by ${signal}.` : `exited with code ${code}.`),
    );
  });
}

async function untilHealthy({ targetGroup, signal }: ContainerOptions, container: Container): Promise<void> {
  let end: string | undefined;
  void container.ended.then((why) => (end = why));
  const deadline = Date.now() + START_TIMEOUT_MS;
  let last = 'no response';
  while (Date.now() < deadline) {
    if (end !== undefined) throw new Error(end);
    if (signal.aborted) throw new Error('stopped before it was healthy.');
    const status = await statusOf(container.port, targetGroup.path);
    if (status !== undefined && includesStatus(targetGroup.healthyStatuses, status)) {
      if (await container.isHealthy()) return;
      last = 'the health check of the task definition failed';
    } else if (status !== undefined) {
      last = `${targetGroup.path} responded with ${status}`;
    }
    await delay(POLL_INTERVAL_MS);
  }
  throw new Error(`not healthy on port ${container.port} after ${START_TIMEOUT_MS / 1_000} s: ${last}.`);
}

/** Requests a path and returns the status; `undefined` without a response. `fetch` would load more slowly. */
function statusOf(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(
      { host: LOOPBACK, port, path, agent: false, timeout: RESPONSE_TIMEOUT_MS },
      (response) => {
        response.resume();
        response.once('error', () => resolve(undefined));
        response.once('end', () => resolve(response.statusCode));
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(undefined));
  });
}

function runHealthCheck(
  check: HealthCheck | undefined,
  run: { cwd: string; env: Record<string, string> },
): Promise<boolean> {
  const [name, ...args] = check?.command ?? [];
  if (!check || name === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    execFile(program(name), args, { ...run, timeout: check.timeoutMs }, (error) => resolve(error === null));
  });
}

async function stopProcess(child: ChildProcess, ended: Promise<string>, timeoutMs: number): Promise<void> {
  if (child.pid === undefined) return;
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    await ended;
    clearTimeout(kill);
  }
}

/** Calls back with each line of a stream; splits lines that are longer than 65,536 characters. */
export function forEachLine(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    while (rest.length > MAX_LINE_LENGTH) {
      onLine(rest.slice(0, MAX_LINE_LENGTH));
      rest = rest.slice(MAX_LINE_LENGTH);
    }
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
