// Vite loads this file before anything is built, also on Node versions that cannot run TypeScript. So it is JavaScript.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { bundleImage, linkAssembly, watchApp } from './builds.mjs';

const CLOUD = path.join(import.meta.dirname, '../bin/local-cloud.mjs');
const DEFAULT_PORT = 4300;
/** The page has the port 4200 when the distribution has 4300. */
const PAGE_BELOW = 100;

/**
 * @typedef {object} Running
 * @property {import('./plugin.mjs').State} state
 * @property {import('vite').ViteDevServer} server the current server: Vite makes a new one when its configuration changes
 * @property {Map<string, string>} failures why changes are not applied, by name of what changed
 */

/** The local cloud of this process. It keeps running when Vite restarts its server. @type {Running | undefined} */
let running;

/**
 * @param {import('./plugin.mjs').LocalCloudOptions} options
 * @returns {import('vite').Plugin}
 */
export function localCloud(options) {
  return {
    name: 'local-cloud',
    apply: 'serve',
    async config({ server = {} }) {
      // Sign-in returns to exactly this origin.
      return {
        clearScreen: false,
        server: { host: 'localhost', port: server.port ?? (await pagePort()), strictPort: true },
      };
    },
    // The page's error notices lead to the console.
    transformIndexHtml: () =>
      running && [
        {
          tag: 'meta',
          attrs: { name: 'local-console', content: running.state.consoleUrl },
          injectTo: 'head',
        },
      ],
    async configureServer(server) {
      if (running) running.server = server;
      else running = await start(options, server);
      const { state, failures } = running;
      // Vite installs its proxy after this hook.
      server.config.server.proxy = Object.fromEntries(options.proxy.map((prefix) => [prefix, state.url]));
      server.ws.on('connection', () => {
        for (const message of failures.values()) server.ws.send(overlay(message));
      });
      const printUrls = server.printUrls.bind(server);
      server.printUrls = () => {
        printUrls();
        server.config.logger.info(describe(state));
      };
    },
  };
}

/** Returns the port of the page: `LOCAL_CLOUD_PORT` moves it together with the ports of the local cloud. */
async function pagePort() {
  const port = Number(process.env['LOCAL_CLOUD_PORT'] ?? DEFAULT_PORT);
  return port > PAGE_BELOW ? port - PAGE_BELOW : probe(0);
}

/**
 * Listens on a port for a moment.
 *
 * @param {number} port 0 is any free port
 * @returns {Promise<number>} the port
 * @throws {Error} `EADDRINUSE`
 */
async function probe(port) {
  const server = createServer().listen(port, 'localhost');
  await once(server, 'listening');
  const { port: free } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  return free;
}

/**
 * Builds the image, starts the local cloud, and then watches both the image and the CDK app.
 *
 * @param {import('./plugin.mjs').LocalCloudOptions} options
 * @param {import('vite').ViteDevServer} server
 * @returns {Promise<Running>}
 */
async function start({ image, app, functionPath }, server) {
  const { logger } = server.config;
  const pageAt = /** @type {number} */ (server.config.server.port);
  await probe(pageAt).catch(({ code }) => {
    // The local cloud tells what is wrong with LOCAL_CLOUD_PORT.
    if (code !== 'EADDRINUSE') return;
    throw withoutStack(
      `ERR_PORT_IN_USE: Port ${pageAt} is in use (the page). Stop what listens there, or set LOCAL_CLOUD_PORT to another port, which moves all ports (the page is ${PAGE_BELOW} below).`,
    );
  });
  /** @type {Running['failures']} */
  const failures = new Map();
  /** @param {string} name @param {string} [failure] */
  const show = (name, failure) => {
    const current = running?.server.ws;
    if (failure !== undefined) {
      failures.set(name, failure);
      current?.send(overlay(failure));
    } else if (failures.delete(name) && failures.size === 0) {
      // An update without modules closes the overlay.
      current?.send({ type: 'update', updates: [] });
    }
  };
  /** @param {string} name @returns {import('./builds.mjs').Report} */
  const reportOf = (name) => (failure) => {
    if (failure !== undefined) logger.error(`\n${failure}\n`);
    else if (failures.has(name)) logger.info(`\n${name} compiles again.\n`);
    show(name, failure);
  };
  logger.info('Starting the local cloud …');
  const reportImage = reportOf(path.basename(image.directory));
  const prepare = async () =>
    /** @type {const} */ ([await linkAssembly(app), await bundleImage(image, reportImage)]);
  const [assembly, bundle] = await prepare().catch(({ message }) =>
    Promise.reject(withoutStack(withOwner(message))),
  );
  const origin = `http://localhost:${pageAt}`;
  const functionDirectory =
    functionPath === undefined ? undefined : path.join(bundle.directory, functionPath);
  const state = await startCloud(
    [
      ...['--dev-origin', origin, '--image-dir', bundle.directory, '--assembly', assembly],
      ...(functionDirectory === undefined ? [] : ['--function-dir', functionDirectory]),
    ],
    show,
  );
  // The page does not wait for these.
  bundle.watch().catch(({ message }) => reportImage(message));
  const reportApp = reportOf(path.basename(app.directory));
  const onStart = () => logger.info(`Synthesizing ${path.basename(app.directory)} …`);
  watchApp(app, assembly, reportApp, onStart).catch(({ message }) => reportApp(message));
  return { state, server, failures };
}

/**
 * Starts the local cloud. It stops when this process ends, and this process ends with it.
 *
 * @param {string[]} flags
 * @param {(changed: string, failure?: string) => void} onChange takes why a changed template or container is not applied, or `undefined`
 *   once one is; the local cloud has logged it
 * @returns {Promise<import('./plugin.mjs').State>}
 */
async function startCloud(flags, onChange) {
  const child = fork(CLOUD, flags);
  const ended = once(child, 'exit');
  const [message] = await Promise.race([once(child, 'message'), ended]);
  if (typeof message !== 'object' || !('state' in message)) {
    throw withoutStack(message?.failure ?? `The local cloud ended with exit code ${message}.`);
  }
  child.on('message', (/** @type {{ changed: string, failure?: string }} */ { changed, failure }) =>
    onChange(changed, failure),
  );
  let isInterrupted = false;
  process.once('SIGINT', () => {
    isInterrupted = true;
    // The process of esbuild receives Ctrl-C too, and its builds fail.
    process.once('uncaughtException', () => process.exit(130));
    // Nx gives a task a terminal of its own: only the task receives Ctrl-C. Nx ends its tasks.
    const nx = Number(process.env['NX_INVOCATION_ROOT_PID']);
    if (nx > 0 && process.stdout.isTTY) process.kill(nx, 'SIGINT');
    else process.exit(130);
  });
  void ended.then(([code, signal]) => {
    if (isInterrupted) return;
    process.stderr.write(
      `\nThe local cloud ended (${signal ?? `exit code ${code}`}), and so does the development server.\n`,
    );
    process.exit(1);
  });
  return message.state;
}

/** Adds the remedy to the message of Node.js about a file that this user cannot write. @param {string} message */
function withOwner(message) {
  return /^(?:EACCES|EPERM|EROFS): /.test(message)
    ? `${message}\nIts folder may belong to another user, for example after a command with sudo. Make it yours: sudo chown -R "$(id -un)" .`
    : message;
}

/** Vite prints the stack of an error. @param {string} message */
function withoutStack(message) {
  return Object.assign(new Error(message), { stack: message });
}

/** @param {string} failure @returns {import('vite').ErrorPayload} */
function overlay(failure) {
  return {
    type: 'error',
    err: { message: stripVTControlCharacters(failure), stack: '', plugin: 'local-cloud' },
  };
}

/** Three lines, as Vite prints its own. @param {import('./plugin.mjs').State} state */
function describe({ url, consoleUrl, users }) {
  const lines = [
    ['Log in', users.map(({ username, password }) => `${username} / ${password}`).join('\n             ')],
    ['Deployed', `${url}/`],
    ['Console', `${consoleUrl}/`],
  ];
  return lines.map(([name, value]) => `  ➜  ${`${name}:`.padEnd(10)}${value}`).join('\n');
}
