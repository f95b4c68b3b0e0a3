// `nx bench api`: compares the API with servers that send the same bytes: Express 5 with pino-http and the same token verifier,
// and bare Express 5, Fastify and node:http.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { build } from 'esbuild';
import { MeasuredServer } from './measured-server.mjs';
import { serveUserPool } from './user-pool.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '50' },
    starts: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const [rounds, seconds, connections, starts] = [
  options.rounds,
  options.seconds,
  options.connections,
  options.starts,
].map(Number);

const ORDINARY = 'Express 5 + pino-http + verifier';

/** Minimum ratios of the API's requests per second to those of other servers. */
const GOALS = { [ORDINARY]: 0.95, 'bare Express 5': 0.6 };

const ordinaryExpress = join(import.meta.dirname, '..', 'test-output', 'ordinary-express.mjs');
await build({
  entryPoints: [join(import.meta.dirname, 'ordinary-express.ts')],
  outfile: ordinaryExpress,
  bundle: true,
  platform: 'node',
  format: 'esm',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

const API = join(import.meta.dirname, '..', 'dist', 'main.js');

const pool = await serveUserPool();
const token = await pool.createToken('bench-user');
const headers = {
  authorization: `Bearer ${token}`,
  'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
};

const SERVERS = {
  'bare node:http': { file: join(import.meta.dirname, 'bare-node.mjs'), env: {} },
  'bare Fastify': { file: join(import.meta.dirname, 'bare-fastify.mjs'), env: {} },
  'bare Express 5': { file: join(import.meta.dirname, 'bare-express.mjs'), env: {} },
  [ORDINARY]: { file: ordinaryExpress, env: pool.environment },
  API: { file: API, env: pool.environment },
};

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

/** @param {string} line */
const progress = (line) => void (options.json || process.stderr.write(`${line}\n`));

/**
 * @param {MeasuredServer} server
 * @param {number} duration seconds
 */
async function load(server, duration) {
  const cpuBefore = server.cpuMicroseconds;
  const result = await autocannon({
    url: `http://127.0.0.1:${server.port}/api/greeting`,
    connections: connections ?? 50,
    duration,
    headers,
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${result.non2xx} responses were not 2xx, ${result.errors} requests failed`);
  }
  return {
    perSecond: result.requests.total / result.duration,
    cpuPerRequest: (server.cpuMicroseconds - cpuBefore) / result.requests.total,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

/** Returns a response without its date, ids and length, to check that all servers send the same bytes. */
async function normalizedResponseOf(/** @type {MeasuredServer} */ server) {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/greeting`, { headers });
  const names = [...response.headers].map(([name, value]) =>
    /^(date|x-request-id|content-length)$/.test(name) ? name : `${name}: ${value}`,
  );
  const body = (await response.text()).replace(/"id":\d+/, '"id":0');
  return JSON.stringify([response.status, names.toSorted(), body]);
}

async function measure() {
  /** @type {Record<string, { server: MeasuredServer, coldStartsMs: number[], restMB: number, loadMB: number, rounds: Awaited<ReturnType<typeof load>>[] }>} */
  const measured = {};
  for (const [name, { file, env }] of Object.entries(SERVERS)) {
    const coldStartsMs = [];
    for (let i = 1; i < (starts ?? 1); i += 1) {
      const server = await MeasuredServer.start(file, env, headers);
      coldStartsMs.push(server.coldStartMs);
      await server.stop();
    }
    const server = await MeasuredServer.start(file, env, headers);
    coldStartsMs.push(server.coldStartMs);
    measured[name] = { server, coldStartsMs, restMB: server.memoryMB, loadMB: 0, rounds: [] };
  }
  const all = Object.entries(measured);
  try {
    const responses = new Set(await Promise.all(all.map(([, { server }]) => normalizedResponseOf(server))));
    if (responses.size > 1) throw new Error(`The responses are not the same:\n${[...responses].join('\n')}`);
    for (const [name, { server }] of all) {
      progress(`warming up ${name}`);
      await load(server, 2);
    }
    for (let round = 1; round <= (rounds ?? 1); round += 1) {
      // Each round starts with another server, so that the order does not favor one.
      for (const [name, one] of [...all.slice(round % all.length), ...all.slice(0, round % all.length)]) {
        const result = await load(one.server, seconds ?? 3);
        one.rounds.push(result);
        one.loadMB = Math.max(one.loadMB, one.server.memoryMB);
        progress(`round ${round}: ${name} ${Math.round(result.perSecond)} requests per second`);
      }
    }
  } finally {
    await Promise.all(all.map(([, { server }]) => server.stop()));
  }
  return measured;
}

const measured = await measure().finally(() => pool.close());

/**
 * Returns the CPU time per request of the other server divided by that of this one (medians of all rounds): the ratio of
 * requests per second on a machine that does nothing else.
 *
 * @param {string} name
 * @param {string} other
 */
function cpuRatio(name, other) {
  const [ownCpu, otherCpu] = [name, other].map((one) =>
    median((measured[one]?.rounds ?? []).map(({ cpuPerRequest }) => cpuPerRequest)),
  );
  return (otherCpu ?? NaN) / (ownCpu ?? NaN);
}

/**
 * Returns the median of all rounds of this server's requests per second, divided by those of the other one.
 *
 * @param {string} name
 * @param {string} other
 */
function ratio(name, other) {
  const others = measured[other]?.rounds ?? [];
  return median(
    (measured[name]?.rounds ?? []).map(({ perSecond }, i) => perSecond / (others[i]?.perSecond ?? NaN)),
  );
}

const results = Object.entries(measured).map(([name, one]) => ({
  name,
  requestsPerSecond: median(one.rounds.map(({ perSecond }) => perSecond)),
  ofExpress: ratio(name, 'bare Express 5'),
  ofNode: ratio(name, 'bare node:http'),
  cpuMicrosecondsPerRequest: median(one.rounds.map(({ cpuPerRequest }) => cpuPerRequest)),
  ofExpressByCpu: cpuRatio(name, 'bare Express 5'),
  p50Ms: median(one.rounds.map(({ p50 }) => p50)),
  p99Ms: median(one.rounds.map(({ p99 }) => p99)),
  coldStartMs: median(one.coldStartsMs),
  memoryAtRestMB: one.restMB,
  memoryUnderLoadMB: one.loadMB,
}));
const goals = Object.entries(GOALS).map(([name, goal]) => ({ name, goal, ratio: ratio('API', name) }));
const met = goals.every(({ goal, ratio }) => ratio >= goal);

if (options.json) {
  process.stdout.write(
    `${JSON.stringify({ goals, met, rounds, seconds, connections, results }, undefined, 2)}\n`,
  );
} else {
  const rows = [
    [
      '',
      'requests/s',
      '/Express',
      'CPU µs/request',
      '/Express by CPU',
      '/node:http',
      'p50 ms',
      'p99 ms',
      'cold start ms',
      'MB idle',
      'MB under load',
    ],
    ...results.map((one) => [
      one.name,
      one.requestsPerSecond.toFixed(0),
      one.ofExpress.toFixed(2),
      one.cpuMicrosecondsPerRequest.toFixed(0),
      one.ofExpressByCpu.toFixed(2),
      one.ofNode.toFixed(2),
      one.p50Ms.toFixed(0),
      one.p99Ms.toFixed(0),
      one.coldStartMs.toFixed(0),
      one.memoryAtRestMB.toFixed(0),
      one.memoryUnderLoadMB.toFixed(0),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows) {
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    process.stdout.write(`${cells.join('  ')}\n`);
  }
  process.stdout.write(
    goals
      .map(
        ({ name, goal, ratio }) =>
          `\n${ratio >= goal ? 'Met' : 'Not met'}: ${ratio.toFixed(2)} of ${name} (goal ${goal})`,
      )
      .join('') + '\n',
  );
}
if (!met) process.exitCode = 1;
