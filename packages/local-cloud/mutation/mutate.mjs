// Mutation test: changes each interpreted property and reports changes that no response shows: `npx nx mutate local-cloud`.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ASSEMBLY, assemblyWith, readTemplate } from '../bench/running/altered-assembly.mjs';
import { MAIN, startCloud, StartError } from '../bench/running/running-cloud.mjs';
import { mutationsOf } from './mutations.mjs';
import { observe } from './observe.mjs';
import { UNDETECTED } from './undetected.mjs';

const REPORT = path.resolve(import.meta.dirname, '../test-output/mutations.json');

const { template } = await readTemplate();
const { stdout } = await promisify(execFile)(
  process.execPath,
  [MAIN, 'inspect', '--json', '--assembly', ASSEMBLY],
  { maxBuffer: 1e8 },
);
const [only] = process.argv.slice(2);
const properties = mutationsOf(template, JSON.parse(stdout)).filter(
  ([{ logicalId, type, property }]) =>
    only === undefined || `${logicalId} ${type} ${property}`.includes(only),
);

/** Runs a template and returns the observations, or the reason why it does not start. */
async function run(mutated) {
  const assembly = await assemblyWith(mutated);
  try {
    const cloud = await startCloud(['--assembly', assembly.directory, '--strict']);
    try {
      return await observe(cloud.state);
    } finally {
      await cloud.stop();
    }
  } catch (error) {
    if (error instanceof StartError) return { rejected: error.message };
    throw error;
  } finally {
    await assembly.remove();
  }
}

/** Returns the name of the first different observation. */
function firstDifference(baseline, observed) {
  if (observed.rejected !== undefined) return `rejected: ${observed.rejected}`;
  return [...new Set([...Object.keys(baseline), ...Object.keys(observed)])].find(
    (name) => JSON.stringify(baseline[name]) !== JSON.stringify(observed[name]),
  );
}

const baseline = await run(template);
if (baseline.rejected !== undefined) throw new Error(baseline.rejected);
const again = await run(template);
const unstable = firstDifference(baseline, again);
if (unstable !== undefined) {
  const both = [baseline, again].map((observed) => JSON.stringify(observed[unstable])).join('\n');
  throw new Error(`"${unstable}" differs between two runs of the same template:\n${both}`);
}

const results = [];
const waiting = [...properties];
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const outcomes = [];
      for (const mutation of next) {
        const copy = structuredClone(template);
        mutation.apply(copy);
        const seen = firstDifference(baseline, await run(copy));
        outcomes.push({ change: mutation.change, seen });
        if (seen !== undefined) break;
      }
      const [{ logicalId, type, property }] = next;
      const found = outcomes.find(({ seen }) => seen !== undefined);
      results.push({
        logicalId,
        type,
        property,
        change: (found ?? outcomes[0])?.change,
        seen: found?.seen,
      });
      process.stdout.write(
        `${results.length}/${properties.length} ${found ? 'detected  ' : 'UNDETECTED'} ${type} ${logicalId} ${property}: ${found ? `${found.change} → ${found.seen.slice(0, 120)}` : 'no change detected'}\n`,
      );
    }
  }),
);

await mkdir(path.dirname(REPORT), { recursive: true });
await writeFile(REPORT, `${JSON.stringify(results, undefined, 2)}\n`);
const general = (property) => property.replace(/\[\d+\]/g, '[]');
const undetected = results.filter(({ seen }) => seen === undefined);
const unexplained = undetected.filter(
  ({ type, property }) => UNDETECTED[`${type} ${general(property)}`] === undefined,
);
console.log(
  `\n${results.length} interpreted properties: changes of ${results.length - undetected.length} detected, of ${undetected.length} not; ${unexplained.length} of these have no reason.`,
);
for (const { type, logicalId, property } of unexplained) console.log(`  ${type} ${logicalId} ${property}`);
process.exitCode = unexplained.length === 0 ? 0 : 1;
