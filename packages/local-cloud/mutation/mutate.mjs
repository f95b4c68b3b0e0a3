// Changes each property that the local cloud interprets, and tells which changes nobody could see: `npx nx mutate local-cloud`.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ASSEMBLY, assemblyWith, readTemplate } from '../bench/running/altered-assembly.mjs';
import { MAIN, startCloud, StartError } from '../bench/running/running-cloud.mjs';
import { mutationsOf } from './mutations.mjs';
import { observe } from './observe.mjs';
import { UNSEEN } from './unseen.mjs';

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

/** Runs a template; @returns what is seen of it, or that it does not start. */
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
    if (error instanceof StartError) return { refused: error.message };
    throw error;
  } finally {
    await assembly.remove();
  }
}

/** The first thing that is seen otherwise. */
function firstDifference(baseline, seen) {
  if (seen.refused !== undefined) return `refused: ${seen.refused}`;
  return [...new Set([...Object.keys(baseline), ...Object.keys(seen)])].find(
    (name) => JSON.stringify(baseline[name]) !== JSON.stringify(seen[name]),
  );
}

const baseline = await run(template);
if (baseline.refused !== undefined) throw new Error(baseline.refused);
const again = await run(template);
const unsteady = firstDifference(baseline, again);
if (unsteady !== undefined) {
  const both = [baseline, again].map((seen) => JSON.stringify(seen[unsteady])).join('\n');
  throw new Error(`"${unsteady}" is not the same twice without any change:\n${both}`);
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
        outcomes.push({ what: mutation.what, seen });
        if (seen !== undefined) break;
      }
      const [{ logicalId, type, property }] = next;
      const found = outcomes.find(({ seen }) => seen !== undefined);
      results.push({ logicalId, type, property, what: (found ?? outcomes[0])?.what, seen: found?.seen });
      process.stdout.write(
        `${results.length}/${properties.length} ${found ? 'seen  ' : 'UNSEEN'} ${type} ${logicalId} ${property}: ${found ? `${found.what} → ${found.seen.slice(0, 120)}` : 'no change was seen'}\n`,
      );
    }
  }),
);

await mkdir(path.dirname(REPORT), { recursive: true });
await writeFile(REPORT, `${JSON.stringify(results, undefined, 2)}\n`);
const general = (property) => property.replace(/\[\d+\]/g, '[]');
const unseen = results.filter(({ seen }) => seen === undefined);
const unexplained = unseen.filter(
  ({ type, property }) => UNSEEN[`${type} ${general(property)}`] === undefined,
);
console.log(
  `\n${results.length} interpreted properties: ${results.length - unseen.length} seen, ${unseen.length} not, ${unexplained.length} of them without a reason.`,
);
for (const { type, logicalId, property } of unexplained) console.log(`  ${type} ${logicalId} ${property}`);
process.exitCode = unexplained.length === 0 ? 0 : 1;
