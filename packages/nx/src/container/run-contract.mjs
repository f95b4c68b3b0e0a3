import { once } from 'node:events';
import { connect } from 'node:net';
import { basename } from 'node:path';
import { ask } from './ask.mjs';
import { CommandError, ContractBrokenError } from './errors.mjs';
import { until } from './until.mjs';

const PORT = 8080;

/** As in the task definition; a file system for `/tmp` beside it, as the base image's Node may want one. */
const CONFINEMENT = ['--read-only', '--tmpfs=/tmp', '--cap-drop=ALL', '--security-opt=no-new-privileges'];

/** Run by the image's own Node, as there may be no shell: what the kernel says of the container's first process. */
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

/**
 * @typedef {object} Facts
 * @property {string} program of the first process
 * @property {string[]} ids of its user and groups
 * @property {string} capabilities
 * @property {string} noNewPrivileges
 * @property {string} rootOptions how the root file system is mounted
 */

/**
 * @typedef {object} Container
 * @property {import('./engine.mjs').Engine} engine
 * @property {string} name
 * @property {number} port on the loopback address of this machine
 * @property {number} stopLimitSeconds
 * @property {Facts} [facts]
 */

/**
 * What must hold of a running container, in the order in which it is looked at. Each throws when it does not.
 *
 * @type {Readonly<Record<string, (container: Container) => Promise<void>>>}
 */
const RULES = {
  'takes requests': async ({ engine, name, port }) => {
    const end = await until(async () => {
      if ((await ask(port, '/ready'))?.status === 200) return 'ready';
      const { Status: status, ExitCode: code } = (await inspect(engine, name)).State;
      return status === 'exited' && `it has ended with exit code ${code}`;
    });
    must(end === 'ready', end ?? '/ready does not answer 200');
  },
  'is not root': async (container) => {
    const { ids } = await facts(container);
    must(!ids.includes('0'), `its user and group ids are ${ids}`);
  },
  'runs node as its first process': async (container) => {
    const { program } = await facts(container);
    must(basename(program) === 'node', `its first process is ${program}`);
  },
  'runs on a read-only file system, without capabilities or new privileges': async (container) => {
    const { capabilities, noNewPrivileges, rootOptions } = await facts(container);
    must(rootOptions.split(',').includes('ro'), `the root file system is mounted ${rootOptions}`);
    must(/^0+$/.test(capabilities), `its capabilities are ${capabilities}`);
    must(noNewPrivileges === '1', 'it could gain privileges');
  },
  'is healthy by its own check': async ({ engine, name }) => {
    const health = await until(async () => {
      // podman without systemd checks only when told to.
      if (basename(engine.command) === 'podman') await engine.attempt(['healthcheck', 'run', name]);
      const { Health: now = 'not checked' } = (await inspect(engine, name)).State;
      return now.Status !== 'starting' && now;
    });
    must(health?.Status === 'healthy', `its health is ${JSON.stringify(health)}`);
  },
  greets: async ({ port }) => {
    const answer = await ask(port, '/api/greeting?name=Ada');
    must(
      answer?.status === 200 && JSON.parse(answer.body).content === 'Hello, Ada!',
      `it answers ${JSON.stringify(answer)}`,
    );
  },
  'answers the request in flight when it is stopped': async ({ engine, name, port, stopLimitSeconds }) => {
    const begun = await beginRequest(port);
    // It has seen the begun request once it answers a later one.
    await ask(port, '/health');
    const [answer] = await Promise.all([
      until(async () => (await ask(port, '/ready'))?.status !== 200).then(begun.finish),
      engine.run(['stop', '--time', String(stopLimitSeconds), name]),
    ]);
    must(/^HTTP\/1\.1 200 [^]*"Hello, World!"/.test(answer), `its answer is ${JSON.stringify(answer)}`);
  },
  'ends with exit code 0': async ({ engine, name }) => {
    const { ExitCode: code } = (await inspect(engine, name)).State;
    must(code === 0, `its exit code is ${code}${code === 137 ? ': it was killed, as it did not stop' : ''}`);
  },
};

/**
 * Runs an image as confined as in the task definition and looks whether every rule holds. All are looked at, unless the
 * container takes no requests.
 *
 * @param {import('./engine.mjs').Engine} engine
 * @param {string} image
 * @param {object} options
 * @param {string} options.name of the container
 * @param {string} options.network it is put into
 * @param {import('./cleanup.mjs').Cleanup} options.cleanup
 * @param {number} [options.stopLimitSeconds] when the engine kills what does not stop; default: 15
 * @param {(rule: string, fault?: string) => void} [options.onResult] called for each rule as soon as it is known
 * @returns {Promise<Map<string, string>>} the broken rules, and why
 */
export async function checkRunContract(
  engine,
  image,
  { name, network, cleanup, stopLimitSeconds = 15, onResult },
) {
  cleanup.defer(() => engine.remove(['rm', '--force', name]));
  const container = { engine, name, stopLimitSeconds, port: await start(engine, image, name, network) };
  const broken = new Map();
  for (const [rule, check] of Object.entries(RULES)) {
    await check(container).catch((error) => {
      if (!(error instanceof ContractBrokenError || error instanceof CommandError)) throw error;
      broken.set(rule, error.message);
    });
    onResult?.(rule, broken.get(rule));
    if (broken.has('takes requests')) break;
  }
  return broken;
}

/**
 * Starts the container and gives its port on this machine.
 *
 * @param {import('./engine.mjs').Engine} engine
 * @param {string} image
 * @param {string} name
 * @param {string} network
 */
async function start(engine, image, name, network) {
  const place = ['--name', name, '--network', network, '--publish', `127.0.0.1::${PORT}`];
  // It runs alone, without a user pool.
  const alone = ['--env', 'TOKEN_VERIFICATION=off'];
  await engine.run(['run', '--detach', ...place, ...alone, ...CONFINEMENT, '--health-interval=1s', image]);
  const published = await engine.run(['port', name, `${PORT}/tcp`]);
  return Number(/:(\d+)\s*$/.exec(published)?.[1]);
}

/**
 * @param {Container} container
 * @returns {Promise<Facts>}
 */
async function facts(container) {
  container.facts ??= JSON.parse(
    await container.engine.run(['exec', container.name, 'node', '--print', FACTS_SCRIPT]),
  );
  return /** @type {Facts} */ (container.facts);
}

/**
 * @param {import('./engine.mjs').Engine} engine
 * @param {string} name
 */
async function inspect(engine, name) {
  return JSON.parse(await engine.run(['inspect', '--type', 'container', name]))[0];
}

/**
 * @param {boolean} holds
 * @param {string} fault
 */
function must(holds, fault) {
  if (!holds) throw new ContractBrokenError(fault);
}

/**
 * Begins a request and leaves it unfinished: the server waits for the rest of its headers.
 *
 * @param {number} port
 */
async function beginRequest(port) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  // A connection that is cut is an answer that is not whole.
  socket.on('error', () => {});
  socket.write('GET /api/greeting HTTP/1.1\r\nHost: 127.0.0.1\r\n');
  return {
    /** Sends the rest and gives all that is answered. */
    finish: async () => {
      socket.write('\r\n');
      const chunks = [];
      try {
        for await (const chunk of socket) chunks.push(chunk);
      } catch {
        // Cut: what came is what there is.
      }
      return Buffer.concat(chunks).toString();
    },
  };
}
