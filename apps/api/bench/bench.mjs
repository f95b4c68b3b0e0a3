// nx bench api: the API beside a bare handler of Express 5 and bare node:http that answer the same bytes, in one run.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { Subject } from './subject.mjs';
import { servePool } from './token.mjs';

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

/** What the API is held to: so much of what a bare handler of Express 5 answers. */
const GOAL = 0.9;

const API = join(import.meta.dirname, '..', 'dist', 'main.js');

const pool = await servePool();
const token = await pool.tokenOf('bench-person');
const headers = {
  authorization: `Bearer ${token}`,
  'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
};

const SUBJECTS = {
  'node:http, bare': { file: join(import.meta.dirname, 'bare-node.mjs'), env: {} },
  'Express 5, bare': { file: join(import.meta.dirname, 'bare-express.mjs'), env: {} },
  'the API, log at warn': {
    file: API,
    env: { ...pool.environment, LOG_LEVEL: 'warn', METRICS_NAMESPACE: 'bench' },
  },
  'the API': { file: API, env: { ...pool.environment, METRICS_NAMESPACE: 'bench' } },
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
 * @param {Subject} subject
 * @param {number} duration seconds
 */
async function load(subject, duration) {
  const cpuBefore = subject.cpuMicroseconds;
  const result = await autocannon({
    url: `http://127.0.0.1:${subject.port}/api/greeting`,
    connections: connections ?? 50,
    duration,
    headers,
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${result.non2xx} answers were no 2xx, ${result.errors} requests failed`);
  }
  return {
    perSecond: result.requests.total / result.duration,
    cpuPerRequest: (subject.cpuMicroseconds - cpuBefore) / result.requests.total,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

/** The answer without what differs by nature: two that are the same are the same bytes. */
async function shapeOf(/** @type {Subject} */ subject) {
  const answer = await fetch(`http://127.0.0.1:${subject.port}/api/greeting`, { headers });
  const names = [...answer.headers].map(([name, value]) =>
    /^(date|x-request-id|content-length)$/.test(name) ? name : `${name}: ${value}`,
  );
  const body = (await answer.text()).replace(/"id":\d+/, '"id":0');
  return JSON.stringify([answer.status, names.toSorted(), body]);
}

async function measure() {
  /** @type {Record<string, { subject: Subject, coldStartsMs: number[], restMB: number, loadMB: number, rounds: Awaited<ReturnType<typeof load>>[] }>} */
  const measured = {};
  for (const [name, { file, env }] of Object.entries(SUBJECTS)) {
    const coldStartsMs = [];
    for (let i = 1; i < (starts ?? 1); i += 1) {
      const subject = await Subject.start(file, env, headers);
      coldStartsMs.push(subject.coldStartMs);
      await subject.stop();
    }
    const subject = await Subject.start(file, env, headers);
    coldStartsMs.push(subject.coldStartMs);
    measured[name] = { subject, coldStartsMs, restMB: subject.memoryMB, loadMB: 0, rounds: [] };
  }
  const all = Object.entries(measured);
  try {
    const shapes = new Set(await Promise.all(all.map(([, { subject }]) => shapeOf(subject))));
    if (shapes.size > 1) throw new Error(`The answers are not the same:\n${[...shapes].join('\n')}`);
    for (const [name, { subject }] of all) {
      progress(`warming up ${name}`);
      await load(subject, 2);
    }
    for (let round = 1; round <= (rounds ?? 1); round += 1) {
      // Another one comes first each time, so that none always has the machine as the others left it.
      for (const [name, one] of [...all.slice(round % all.length), ...all.slice(0, round % all.length)]) {
        const result = await load(one.subject, seconds ?? 3);
        one.rounds.push(result);
        one.loadMB = Math.max(one.loadMB, one.subject.memoryMB);
        progress(`round ${round}: ${name} ${Math.round(result.perSecond)} requests a second`);
      }
    }
  } finally {
    await Promise.all(all.map(([, { subject }]) => subject.stop()));
  }
  return measured;
}

const measured = await measure().finally(() => pool.close());

/**
 * The median over the rounds of the processor time that a request costs another subject, as a part of what it costs this
 * one: what the ratio of requests would be on a machine that does nothing else.
 *
 * @param {string} name
 * @param {string} other
 */
function cpuRatio(name, other) {
  const [own, others] = [name, other].map((one) =>
    median((measured[one]?.rounds ?? []).map(({ cpuPerRequest }) => cpuPerRequest)),
  );
  return (others ?? NaN) / (own ?? NaN);
}

/**
 * The median over the rounds of what a subject did in a round, as a part of what the other one did in the same.
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
  ofExpress: ratio(name, 'Express 5, bare'),
  ofNode: ratio(name, 'node:http, bare'),
  cpuMicrosecondsPerRequest: median(one.rounds.map(({ cpuPerRequest }) => cpuPerRequest)),
  ofExpressByCpu: cpuRatio(name, 'Express 5, bare'),
  p50Ms: median(one.rounds.map(({ p50 }) => p50)),
  p99Ms: median(one.rounds.map(({ p99 }) => p99)),
  coldStartMs: median(one.coldStartsMs),
  memoryAtRestMB: one.restMB,
  memoryUnderLoadMB: one.loadMB,
}));
const met = ratio('the API', 'Express 5, bare') >= GOAL;

if (options.json) {
  process.stdout.write(
    `${JSON.stringify({ goal: GOAL, met, rounds, seconds, connections, results }, undefined, 2)}\n`,
  );
} else {
  const rows = [
    [
      '',
      'requests/s',
      'of Express',
      'CPU µs/request',
      'of Express',
      'of node',
      'p50 ms',
      'p99 ms',
      'first answer ms',
      'MB at rest',
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
    `\n${met ? 'Met' : 'Not met'}: the goal is ${GOAL} of a bare handler of Express 5, tokens verified, greetings kept and logged.\n`,
  );
}
if (!met) process.exitCode = 1;
