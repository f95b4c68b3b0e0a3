import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ContainerStartError } from '../../../errors';
import { readDockerfile } from '../model/dockerfile';
import { forEachLine } from './lines';
import { includesStatus, type StatusRange } from '../../elasticloadbalancing/model/target-group';
import type { HealthCheck, ServiceContainer } from '../model/service-container';

const LOOPBACK = '127.0.0.1';
const POLL_INTERVAL_MS = 25;
/** Longest that one question after its health may take. */
const ANSWER_TIMEOUT_MS = 2_000;
/** Longer than any sane start, shorter than a person's patience. */
const START_TIMEOUT_MS = 30_000;
/** On AWS a task has its `StopTimeout`; whoever presses Ctrl-C wants the prompt back. */
const STOP_TIMEOUT_MS = 1_500;

/** What a container is started with besides its definition. */
export interface ContainerOptions {
  readonly definition: ServiceContainer;
  /** How it reaches services of the account; a variable that the image or the definition sets is theirs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Path that the load balancer asks, and the answers that count as healthy. */
  readonly targetHealth: {
    readonly path: string;
    readonly healthyStatuses: readonly StatusRange[];
    /** How long requests under way may take when the container is replaced. */
    readonly deregistrationDelayMs?: number;
  };
  /** Aborted when nobody wants the container any more, even before it is healthy. */
  readonly signal: AbortSignal;
  /** Called with each line that the process prints. */
  readonly onLine: (line: string) => void;
}

/** A running container: a process with its own files, environment and port, in place of an image and an engine. */
export interface Container {
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** Settles when the process has ended, with why. */
  readonly ended: Promise<string>;
  /** Runs the health check of the task definition once; true when there is none. */
  isHealthy(): Promise<boolean>;
  /**
   * SIGTERM, then SIGKILL; frees everything.
   *
   * @param timeoutMs between the two; when left out, what a person at the keyboard waits for
   */
  stop(timeoutMs?: number): Promise<void>;
}

/**
 * Starts a container and waits until its load balancer and its task definition would call it healthy.
 *
 * @throws ContainerStartError when it ends or stays unhealthy
 */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  const { definition } = options;
  const { directory, dockerFile } = definition.image;
  const dockerfilePath = path.join(directory, dockerFile);
  const image = readDockerfile(
    await readFile(dockerfilePath, 'utf8').catch((cause: unknown) => {
      throw new ContainerStartError(
        definition.name,
        `${dockerfilePath} cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}). Build the image's content first, or name its directory with --image-dir.`,
      );
    }),
    dockerfilePath,
  );

  const root = await mkdtemp(path.join(tmpdir(), 'local-cloud-'));
  const discard = (): Promise<void> => rm(root, { recursive: true, force: true });
  try {
    for (const { source, destination } of image.copies) {
      const target = path.join(root, destination);
      await mkdir(path.dirname(target), { recursive: true });
      await cp(path.join(directory, source), target, { recursive: true });
    }
    const workingDirectory = path.join(root, image.workingDirectory);
    await mkdir(workingDirectory, { recursive: true });

    const port = await choosePort(definition);
    const environment = {
      PATH: process.env['PATH'] ?? '',
      // Without a network of its own the process would be open to the machine's; one that follows HOST stays private.
      HOST: LOOPBACK,
      // Where programs look for configuration of their own: not in the home of whoever runs this, with their credentials.
      HOME: root,
      ...options.environment,
      ...image.environment,
      ...definition.environment,
      ...(definition.environment['PORT'] === String(definition.containerPort) ? { PORT: String(port) } : {}),
    };
    const words = [...(definition.entryPoint ?? image.entryPoint), ...(definition.command ?? image.command)];
    const run = { cwd: workingDirectory, env: environment };
    // A process group of its own: Ctrl-C reaches the local cloud only, which then stops the process once.
    const child = spawn(program(words[0]), words.slice(1), {
      ...run,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      forEachLine(stream, (line) => {
        if (output.push(line) > 20) output.shift();
        options.onLine(line);
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
      const printed =
        output.length > 0 ? ` It printed:\n${output.map((line) => `  ${line}`).join('\n')}` : '';
      throw new ContainerStartError(definition.name, `${(error as Error).message}${printed}`);
    });
    return container;
  } catch (error) {
    await discard();
    throw error;
  }
}

/** `node` in the image is the Node that runs this program. */
function program(name: string | undefined): string {
  return name === 'node' ? process.execPath : (name ?? '');
}

/** Without network namespaces two containers cannot share a port; one that follows `PORT` is given a free one. */
async function choosePort({ environment, containerPort }: ServiceContainer): Promise<number> {
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
    child.once('error', (error) => resolve(`it could not be started (${error.message}).`));
    child.once('exit', (code, signal) =>
      resolve(signal ? `it was ended by ${signal}.` : `it ended with code ${code}.`),
    );
  });
}

async function untilHealthy({ targetHealth, signal }: ContainerOptions, container: Container): Promise<void> {
  let end: string | undefined;
  void container.ended.then((why) => (end = why));
  const deadline = Date.now() + START_TIMEOUT_MS;
  let last = 'nothing answered';
  while (Date.now() < deadline) {
    if (end !== undefined) throw new Error(end);
    if (signal.aborted) throw new Error('it was stopped before it was healthy.');
    const status = await statusOf(container.port, targetHealth.path);
    if (status !== undefined && includesStatus(targetHealth.healthyStatuses, status)) {
      if (await container.isHealthy()) return;
      last = 'the health check of the task definition failed';
    } else if (status !== undefined) {
      last = `${targetHealth.path} answered ${status}`;
    }
    await delay(POLL_INTERVAL_MS);
  }
  throw new Error(
    `it was not healthy on port ${container.port} after ${START_TIMEOUT_MS / 1_000} s: ${last}.`,
  );
}

/** The status that a path is answered with; `undefined` when it is not. Node's `fetch` would take its time to load. */
function statusOf(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(
      { host: LOOPBACK, port, path, agent: false, timeout: ANSWER_TIMEOUT_MS },
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

/** With its first process a container ends: nothing that it started stays. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
