// Builds the image of the API from its build output with whichever container engine this machine has.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ENGINES = ['docker', 'podman', 'finch', 'nerdctl'];
const IMAGE = 'spa-on-aws-api';
const context = join(import.meta.dirname, '..', 'dist');

/** Why an engine cannot be used, or `undefined` when it answers. */
function findFault(engine) {
  const info = spawnSync(engine, ['info'], { encoding: 'utf8' });
  if (info.error) return info.error.code === 'ENOENT' ? 'not installed' : info.error.message;
  if (info.status === 0) return undefined;
  return `does not answer: ${info.stderr.trim().split('\n').at(-1) || `exit code ${info.status}`}`;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** The engine told by the environment, else the first one that answers. */
function chooseEngine() {
  const variable = ['CONTAINER_ENGINE', 'CDK_DOCKER'].find((name) => process.env[name]);
  if (variable) return process.env[variable];
  const faults = [];
  for (const engine of ENGINES) {
    const fault = findFault(engine);
    if (fault === undefined) return engine;
    faults.push(`  ${engine}: ${fault}`);
  }
  fail(
    `No container engine answers:\n${faults.join('\n')}\nInstall and start one of them, or name another in CONTAINER_ENGINE.`,
  );
}

if (!existsSync(join(context, 'Dockerfile'))) {
  fail(`${join(context, 'Dockerfile')} is missing: run "npx nx build api" first.`);
}
const engine = chooseEngine();
process.stdout.write(`${engine} build -t ${IMAGE} ${context}\n`);
const build = spawnSync(engine, ['build', '-t', IMAGE, context], {
  stdio: 'inherit',
  // podman's own image format has no health check.
  env: { ...process.env, BUILDAH_FORMAT: 'docker' },
});
if (build.error) fail(`${engine} cannot be run: ${build.error.message}`);
process.exit(build.status ?? 1);
