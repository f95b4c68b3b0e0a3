// Changes each property that the local cloud interprets, and tells which changes nobody could see: `npx nx mutate local-cloud`.
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { mutationsOf } from './mutations.mjs';
import { observe } from './observe.mjs';
import { UNSEEN } from './unseen.mjs';

const MAIN = path.resolve(import.meta.dirname, '../dist/main.js');
const ASSEMBLY = path.resolve(import.meta.dirname, '../../../libs/infra/cdk.out');
const REPORT = path.resolve(import.meta.dirname, '../test-output/mutations.json');
const START_LIMIT_MS = 30_000;

const manifest = JSON.parse(await readFile(path.join(ASSEMBLY, 'manifest.json'), 'utf8'));
const [stack] = Object.values(manifest.artifacts).filter(({ type }) => type === 'aws:cloudformation:stack');
const templateFile = stack.properties.templateFile;
const template = JSON.parse(await readFile(path.join(ASSEMBLY, templateFile), 'utf8'));
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
  const directory = await mkdtemp(path.join(tmpdir(), 'mutation-'));
  try {
    for (const name of await readdir(ASSEMBLY)) {
      if (name !== templateFile) await symlink(path.join(ASSEMBLY, name), path.join(directory, name));
    }
    await writeFile(path.join(directory, templateFile), JSON.stringify(mutated));
    const stateFile = path.join(directory, 'state.json');
    const ports = ['--port', '--cognito-port', '--api-gateway-port', '--console-port'].flatMap((flag) => [
      flag,
      '0',
    ]);
    const child = spawn(
      process.execPath,
      [
        MAIN,
        '--assembly',
        directory,
        '--strict',
        ...ports,
        '--state-file',
        stateFile,
        '--log-level',
        'error',
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      let said = '';
      const ready = new Promise((resolve) => {
        const listen = (text) => {
          said += text;
          if (said.includes('Ready in')) resolve(true);
        };
        child.stdout.setEncoding('utf8').on('data', listen);
        child.stderr.setEncoding('utf8').on('data', listen);
        setTimeout(() => resolve(false), START_LIMIT_MS).unref();
      });
      const started = await Promise.race([ready, ended.then(() => false)]);
      if (!started) return { refused: said.trim().split('\n').slice(-3).join(' ') || 'did not become ready' };
      return await observe(JSON.parse(await readFile(stateFile, 'utf8')));
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
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
