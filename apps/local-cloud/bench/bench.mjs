// How quick the local cloud is, as ratios to a plain Node server and to the API called directly: `npx nx bench local-cloud`.
import { createServer } from 'node:http';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { median, measure } from './measure.mjs';
import { startCloud } from './running-cloud.mjs';
import { accessToken } from './sign-in.mjs';

const STARTS = 5;
const OPTIONS = { rounds: 5, seconds: 2, connections: 20 };
const REPORT = path.resolve(import.meta.dirname, '../test-output/bench.json');

/** A server that answers every path with the same bytes, as a yardstick. */
async function plainServer(answers) {
  const server = createServer((request, response) => {
    const { type, body } = answers[request.url] ?? {};
    response
      .writeHead(body ? 200 : 404, { 'content-type': type, 'content-length': body?.length ?? 0 })
      .end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

const bytes = async (url) => {
  const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return {
    type: response.headers.get('content-type') ?? '',
    body: Buffer.from(await response.arrayBuffer()),
  };
};

const starts = [];
for (let start = 0; start < STARTS; start += 1) {
  const cloud = await startCloud();
  starts.push(cloud.readyMs);
  await cloud.stop();
}

const cloud = await startCloud();
try {
  const { state } = cloud;
  const atRest = await cloud.memory();
  const page = await bytes(`${state.url}/`);
  const [asset] = /\/assets\/[\w.-]+\.js/.exec(page.body.toString()) ?? [];
  if (asset === undefined) throw new Error(`The page at ${state.url} names no script below /assets/`);
  const plain = await plainServer({ '/': page, [asset]: await bytes(state.url + asset) });
  const token = await accessToken(state);
  const authorized = { authorization: `Bearer ${token}` };
  const greeting = '/api/greeting';
  const measured = await measure(
    [
      { name: 'cached asset', url: state.url + asset },
      { name: 'cached asset, plain Node', url: plain.origin + asset },
      { name: 'page, not cached', url: `${state.url}/` },
      { name: 'page, plain Node', url: `${plain.origin}/` },
      { name: 'API through the cloud', url: state.url + greeting, headers: authorized },
      { name: 'API directly', url: state.backendUrl + greeting, headers: authorized },
    ],
    OPTIONS,
  );
  const underLoad = await cloud.memory();
  plain.close();

  const ratio = (name, yardstick) =>
    measured.get(name).requestsPerSecond / measured.get(yardstick).requestsPerSecond;
  const ratios = {
    'cached asset / plain Node': ratio('cached asset', 'cached asset, plain Node'),
    'page, not cached / plain Node': ratio('page, not cached', 'page, plain Node'),
    'API through the cloud / directly': ratio('API through the cloud', 'API directly'),
  };
  const startMs = median(starts);
  console.log('\nRequests (medians of interleaved rounds)');
  console.table(Object.fromEntries([...measured].map(([name, figures]) => [name, rounded(figures)])));
  console.log('Ratios of requests per second');
  console.table(rounded(ratios));
  console.log('Goals');
  console.table([
    goal('ready after node starts, s', startMs / 1_000, '≤ 1.0', startMs <= 1_000),
    goal('peak memory, MB', underLoad.peakMb, '≤ 200', underLoad.peakMb <= 200),
    goal(
      'API through the cloud / directly',
      ratios['API through the cloud / directly'],
      '≥ 1/3',
      ratios['API through the cloud / directly'] >= 1 / 3,
    ),
  ]);
  await mkdir(path.dirname(REPORT), { recursive: true });
  const report = {
    startMs,
    startsMs: starts,
    memoryMb: { atRest, underLoad },
    measured: Object.fromEntries(measured),
    ratios,
  };
  await writeFile(REPORT, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(`Also in ${path.relative(process.cwd(), REPORT)}`);
} finally {
  await cloud.stop();
}

function goal(what, value, wanted, met) {
  return { what, measured: Number(value.toFixed(2)), goal: wanted, met: met ? 'yes' : 'NO' };
}

function rounded(figures) {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(2))]));
}
