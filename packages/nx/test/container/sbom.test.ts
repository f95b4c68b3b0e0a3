import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PROJECT = join(import.meta.dirname, '..');
const WORKSPACE = join(PROJECT, '..', '..');
const SBOM_TEXT = readFileSync(join(WORKSPACE, 'dist', 'sbom', 'api.cdx.json'), 'utf8');
const SBOM = JSON.parse(SBOM_TEXT);

/** Name and version of each package that esbuild says it took code from, read from node_modules. */
function bundledPackages(): Set<string> {
  const { outputs } = JSON.parse(readFileSync(join(PROJECT, 'dist', 'meta.json'), 'utf8'));
  const packages = new Set<string>();
  for (const { inputs } of Object.values<{ inputs: Record<string, { bytesInOutput: number }> }>(outputs))
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const directory = /^(?:apps|libs)\/[^/]+(?=\/src\/)|^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(
        path,
      )?.[0];
      if (bytesInOutput === 0 || directory === undefined || directory === 'apps/api') continue;
      const { name, version } = JSON.parse(readFileSync(join(WORKSPACE, directory, 'package.json'), 'utf8'));
      packages.add(`${name}@${version}`);
    }
  return packages;
}

test('the list of packages is what is in the bundle, no more and no less', () => {
  const listed = SBOM.components.map(
    ({ group, name, version }: { group?: string; name: string; version: string }) =>
      `${group ? `${group}/` : ''}${name}@${version}`,
  );
  expect([...new Set(listed)].sort()).toEqual([...bundledPackages()].sort());
  expect(listed).toContainEqual(expect.stringMatching(/^express@/));
});

test('its subject is the API', () => {
  expect(SBOM).toMatchObject({
    bomFormat: 'CycloneDX',
    metadata: { component: { type: 'application', group: '@spa-on-aws', name: 'api' } },
  });
});

test('it is the same wherever and whenever it is made', () => {
  expect(SBOM.serialNumber).toBeUndefined();
  expect(SBOM.metadata.timestamp).toBeUndefined();
  expect(SBOM_TEXT).not.toContain(WORKSPACE);
});
