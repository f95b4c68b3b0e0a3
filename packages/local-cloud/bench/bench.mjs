// Benchmark of the local cloud against a plain Node server and the API called directly: `npx nx bench local-cloud`.
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { assemblyWith, readTemplate } from './running/altered-assembly.mjs';
import { ProcessUsage } from './running/process-usage.mjs';
import { startCloud } from './running/running-cloud.mjs';
import { median, measure } from './measure.mjs';
import { signIn } from './running/sign-in.mjs';

const STARTS = 5;
const OPTIONS = { rounds: 5, seconds: 2, connections: 20 };
const REPORT = path.resolve(import.meta.dirname, '../test-output/bench.json');

/** Reads the synthesized template and raises its throttling limits, which would reject this load with 429. */
async function templateForLoad() {
  const { template } = await readTemplate();
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::ApiGateway::Stage') continue;
    for (const setting of Properties.MethodSettings ?? []) {
      setting.ThrottlingRateLimit = 1_000_000;
      setting.ThrottlingBurstLimit = 1_000_000;
    }
  }
  return template;
}

/** Starts a server of `node:http` alone, in its own process. */
async function plainServer(responses) {
  const child = fork(path.join(import.meta.dirname, 'plain-server.mjs'));
  child.send(responses);
  const [port] = await once(child, 'message');
  return {
    origin: `http://127.0.0.1:${port}`,
    usage: new ProcessUsage(child.pid),
    close: () => child.disconnect(),
  };
}

const contentOf = async (url) => {
  const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
  if (!response.ok) throw new Error(`${url} responded with ${response.status}`);
  return {
    type: response.headers.get('content-type') ?? '',
    base64: Buffer.from(await response.arrayBuffer()).toString('base64'),
  };
};

const emptyStarts = [];
const starts = [];
const startsCpuMs = [];
for (let start = 0; start < STARTS; start += 1) {
  const startedAt = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  emptyStarts.push(performance.now() - startedAt);
  const cloud = await startCloud();
  starts.push(cloud.readyMs);
  startsCpuMs.push(await cloud.usage.cpuMs());
  await cloud.stop();
}

console.log('The throttling limits of the stage are raised to 1,000,000; everything else is as synthesized.');
const assembly = await assemblyWith(await templateForLoad());
const cloud = await startCloud(['--assembly', assembly.directory]);
try {
  const { state, usage } = cloud;
  const atRest = await usage.memory();
  const page = await contentOf(`${state.url}/`);
  const [asset] = /\/assets\/[\w.-]+\.js/.exec(Buffer.from(page.base64, 'base64').toString()) ?? [];
  if (asset === undefined) throw new Error(`The page at ${state.url} has no script in /assets/`);
  const plain = await plainServer({ '/': page, [asset]: await contentOf(state.url + asset) });
  const authorize = new URLSearchParams({
    client_id: state.clientId,
    redirect_uri: state.callbackUrl,
    response_type: 'code',
    scope: `openid ${state.apiScope}`,
  });
  const tokens = await signIn(state, `/oauth2/authorize?${authorize}`);
  if (tokens === undefined) throw new Error(`Sign-in failed at ${state.cognitoDomain}`);
  const authorized = { authorization: `Bearer ${tokens.access_token}` };
  const greeting = '/api/greeting';
  const measured = await measure(
    [
      { name: 'cached asset', url: state.url + asset, usage },
      { name: 'cached asset, plain Node', url: plain.origin + asset, usage: plain.usage },
      { name: 'page, not cached', url: `${state.url}/`, usage },
      { name: 'page, plain Node', url: `${plain.origin}/`, usage: plain.usage },
      { name: 'API through the cloud', url: state.url + greeting, headers: authorized, usage },
      { name: 'API directly', url: state.backendUrl + greeting, headers: authorized },
    ],
    OPTIONS,
  );
  const underLoad = await usage.memory();
  plain.close();

  const ratio = (name, baseline) =>
    measured.get(name).requestsPerSecond / measured.get(baseline).requestsPerSecond;
  const ratios = {
    'cached asset / plain Node': ratio('cached asset', 'cached asset, plain Node'),
    'page, not cached / plain Node': ratio('page, not cached', 'page, plain Node'),
    'API through the cloud / directly': ratio('API through the cloud', 'API directly'),
  };
  const startMs = median(starts);
  const startRatio = startMs / median(emptyStarts);
  const startCpuMs = median(startsCpuMs);
  console.log(`\nReady after ${(startMs / 1_000).toFixed(2)} s, CPU time ${startCpuMs.toFixed(0)} ms`);
  console.log('\nRequests (medians of interleaved rounds)');
  console.table(Object.fromEntries([...measured].map(([name, metrics]) => [name, rounded(metrics)])));
  console.log('Ratios of requests per second');
  console.table(rounded(ratios));
  console.log('Goals');
  console.table([
    goal('ready / node -e 0', startRatio, '≤ 12', startRatio <= 12),
    goal('peak memory, MB', underLoad.peakMb, '≤ 200', underLoad.peakMb <= 200),
    goal(
      'API through the cloud / directly',
      ratios['API through the cloud / directly'],
      '≥ 1/2',
      ratios['API through the cloud / directly'] >= 1 / 2,
    ),
  ]);
  await mkdir(path.dirname(REPORT), { recursive: true });
  const report = {
    startMs,
    startRatio,
    startsMs: starts,
    startCpuMs,
    memoryMb: { atRest, underLoad },
    measured: Object.fromEntries(measured),
    ratios,
  };
  await writeFile(REPORT, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(`Report: ${path.relative(process.cwd(), REPORT)}`);
} finally {
  await cloud.stop();
  await assembly.remove();
}

function goal(metric, value, limit, met) {
  return { metric, measured: Number(value.toFixed(2)), goal: limit, met: met ? 'yes' : 'NO' };
}

/** Rounds metrics and leaves out those without a value. */
function rounded(metrics) {
  return Object.fromEntries(
    Object.entries(metrics)
      .filter(([, value]) => !Number.isNaN(value))
      .map(([name, value]) => [name, Number(value.toFixed(3))]),
  );
}
