import { once } from 'node:events';
import { connect } from 'node:net';
import { basename } from 'node:path';
import { ContainerTestError, ProgramError } from '../errors';
import type { Engine } from './engine';
import { type Cleanup, fetchLocal, poll } from './program';

/** Restrictions of the task definition, and a file system for `/tmp`, which the base image's Node may need. */
const RESTRICTIONS = ['--read-only', '--tmpfs=/tmp', '--cap-drop=ALL', '--security-opt=no-new-privileges'];

/** Script for the image's Node (there may be no shell) that prints facts about the container's first process. */
const FACTS_SCRIPT = `
  const { readFileSync, readlinkSync } = require('node:fs');
  const fields = (file, separator) => readFileSync(file, 'utf8').trim().split('\\n').map((line) => line.split(separator));
  const status = Object.fromEntries(fields('/proc/1/status', /:\\s*/));
  JSON.stringify({
    program: readlinkSync('/proc/1/exe'),
    ids: [...status.Uid.split('\\t'), ...status.Gid.split('\\t')],
    capabilities: status.CapPrm + status.CapEff + status.CapBnd,
    noNewPrivileges: status.NoNewPrivs,
    rootOptions: fields('/proc/1/mounts', ' ').findLast((mount) => mount[1] === '/')[3],
  });`;

/** `ids`: user and group ids; `rootOptions`: mount options of the root file system. */
type Facts = Readonly<Record<'program' | 'capabilities' | 'noNewPrivileges' | 'rootOptions', string>> & {
  readonly ids: readonly string[];
};

/** Requirements and responses of the app; options of the executor. */
export interface AppOptions {
  /** Port in the container. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>> | undefined;
  /** Path that returns 200 when the container is ready. */
  readonly readiness: string;
  /** Path of a request that must return 200. */
  readonly request: string;
  /** Text in the response to `request`. */
  readonly response: string;
}

interface Container {
  readonly engine: Engine;
  readonly name: string;
  readonly app: AppOptions;
  /** Port on the loopback address of this machine. */
  readonly port: number;
  readonly stopLimitSeconds: number;
  readonly signal: AbortSignal;
  facts?: Facts;
}

/** Rules for a running container, in the order in which they are checked. Each throws when the container breaks it. */
const RULES: Readonly<Record<string, (container: Container) => Promise<void>>> = {
  'becomes ready': async (container) => {
    const { app, port, signal } = container;
    const result = await poll(async () => {
      if ((await fetchLocal(port, app.readiness))?.status === 200) return 'ready';
      const { Status: status, ExitCode: code } = await readState(container);
      return status === 'exited' && `it exited with code ${code}`;
    }, signal);
    assert(result === 'ready', result ?? `${app.readiness} does not return 200`);
  },
  'does not run as root': async (container) => {
    const { ids } = await readFacts(container);
    assert(!ids.includes('0'), `its user and group ids are ${ids}`);
  },
  'runs node as its first process': async (container) => {
    const { program } = await readFacts(container);
    assert(basename(program) === 'node', `its first process is ${program}`);
  },
  'runs on a read-only file system, without capabilities or new privileges': async (container) => {
    const { capabilities, noNewPrivileges, rootOptions } = await readFacts(container);
    assert(rootOptions.split(',').includes('ro'), `the root file system is mounted with ${rootOptions}`);
    assert(/^0+$/.test(capabilities), `its capabilities are ${capabilities}`);
    assert(noNewPrivileges === '1', 'it could gain privileges');
  },
  'passes its own health check': async (container) => {
    const { engine, name, signal } = container;
    const health = await poll(async () => {
      // podman without systemd does not run health checks by itself.
      if (basename(engine.command) === 'podman') await engine.attempt(['healthcheck', 'run', name]);
      const { Health: current = { Status: 'none' } } = await readState(container);
      return current.Status !== 'starting' && current;
    }, signal);
    assert(health?.Status === 'healthy', `its health is ${JSON.stringify(health)}`);
  },
  'answers a request': async ({ app, port }) => {
    const response = await fetchLocal(port, app.request);
    assert(
      response?.status === 200 && response.body.includes(app.response),
      `the response to ${app.request} is ${JSON.stringify(response)}`,
    );
  },
  'completes the request in flight when it is stopped': async (container) => {
    const { engine, name, app, port, stopLimitSeconds, signal } = container;
    const request = await startRequest(port, app.request);
    // The server has received the incomplete request when it answers a later one.
    await fetchLocal(port, app.readiness);
    const [response] = await Promise.all([
      poll(async () => (await fetchLocal(port, app.readiness))?.status !== 200, signal).then(request.finish),
      engine.run(['stop', '--time', String(stopLimitSeconds), name]),
    ]);
    assert(
      response.startsWith('HTTP/1.1 200 ') && response.includes(app.response),
      `the response is ${JSON.stringify(response)}`,
    );
  },
  'exits with code 0': async (container) => {
    const { ExitCode: code } = await readState(container);
    assert(code === 0, `its exit code is ${code}${code === 137 ? ': it did not stop and was killed' : ''}`);
  },
};

interface RunOptions extends Pick<Container, 'app' | 'name' | 'signal'> {
  readonly network: string;
  readonly cleanup: Cleanup;
  /** Time until the engine kills a container that does not stop. Default: 15 */
  readonly stopLimitSeconds?: number;
  /** Called for each rule as soon as its result is known. */
  readonly onResult?: (rule: string, fault: string | undefined) => void;
}

/**
 * Runs an image with the restrictions of the task definition and checks all rules; only the first if the container does
 * not become ready.
 *
 * @returns the broken rules with their faults
 */
export async function checkRunContract(
  engine: Engine,
  image: string,
  { app, name, network, cleanup, signal, stopLimitSeconds = 15, onResult }: RunOptions,
): Promise<ReadonlyMap<string, string>> {
  cleanup.defer(() => engine.remove(['rm', '--force', name]));
  const variables = Object.entries(app.env ?? {}).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  await engine.run([
    ...['run', '--detach', '--name', name, '--network', network, '--publish', `127.0.0.1::${app.port}`],
    ...[...variables, ...RESTRICTIONS, '--health-interval=1s', image],
  ]);
  const published = await engine.run(['port', name, `${app.port}/tcp`]);
  const port = Number(/:(\d+)\s*$/.exec(published)?.[1]);
  const container = { engine, name, app, port, stopLimitSeconds, signal };
  const broken = new Map<string, string>();
  for (const [rule, check] of Object.entries(RULES)) {
    await check(container).catch((error: unknown) => {
      if (!(error instanceof ContainerTestError || error instanceof ProgramError)) throw error;
      broken.set(rule, error.message);
    });
    onResult?.(rule, broken.get(rule));
    if (broken.has('becomes ready')) break;
  }
  return broken;
}

async function readFacts(container: Container): Promise<Facts> {
  const args = ['exec', container.name, 'node', '--print', FACTS_SCRIPT];
  return (container.facts ??= JSON.parse(await container.engine.run(args)) as Facts);
}

type State = { readonly Status: string; readonly ExitCode: number; readonly Health?: { Status: string } };

async function readState({ engine, name }: Container): Promise<State> {
  return JSON.parse(await engine.run(['inspect', '--type', 'container', name]))[0].State;
}

function assert(holds: boolean, fault: string): void {
  if (!holds) throw new ContainerTestError(fault);
}

/** Sends a request without the end of its headers. `finish` sends the end and returns the response. */
async function startRequest(port: number, path: string): Promise<{ finish: () => Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  // A closed connection is an incomplete response.
  socket.on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n`);
  return {
    finish: async () => {
      socket.write('\r\n');
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of socket) chunks.push(chunk as Buffer);
      } catch {
        // The connection was closed: return what was received.
      }
      return Buffer.concat(chunks).toString();
    },
  };
}
