import autocannon from 'autocannon';

/**
 * Loads the targets in turn, for several rounds, so that other load on the machine affects all of them alike.
 *
 * @param {readonly { name: string, url: string, headers?: Record<string, string>, usage?: import('./running/process-usage.mjs').ProcessUsage }[]} targets
 *   `usage`: process whose CPU time is measured
 * @param {{ rounds: number, seconds: number, connections: number }} options
 * @returns {Promise<Map<string, { requestsPerSecond: number, p50Ms: number, p99Ms: number, cpuMsPerRequest: number }>>}
 *   medians over the rounds, by name; `cpuMsPerRequest` is `NaN` without `usage`, and on systems other than Linux
 * @throws {Error} when a status is not 2xx
 */
export async function measure(targets, { rounds, seconds, connections }) {
  const results = new Map(targets.map(({ name }) => [name, []]));
  for (const target of targets) await load(target, { seconds: 2, connections });
  for (let round = 0; round < rounds; round += 1) {
    for (const target of targets)
      results.get(target.name)?.push(await load(target, { seconds, connections }));
  }
  return new Map(
    [...results].map(([name, all]) => [
      name,
      Object.fromEntries(
        Object.keys(all[0]).map((metric) => [metric, median(all.map((one) => one[metric]))]),
      ),
    ]),
  );
}

async function load({ name, url, headers = {}, usage }, { seconds, connections }) {
  const before = await usage?.cpuMs();
  const result = await autocannon({ url, headers, connections, duration: seconds });
  const after = await usage?.cpuMs();
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(
      `${name} (${url}): ${result.non2xx} responses were not 2xx, ${result.errors} requests failed`,
    );
  }
  return {
    requestsPerSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    cpuMsPerRequest: (after - before) / result.requests.total,
  };
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? NaN) + (sorted[sorted.length >> 1] ?? NaN)) / 2;
}
