import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { run, temporaryDirectory } from '../../test/run';

/** Builds an app with one bundled package, and writes its list of packages. */
async function writtenSbom() {
  const workspaceRoot = temporaryDirectory();
  const projectRoot = join(workspaceRoot, 'apps/greeter');
  const files = {
    'apps/greeter/package.json': '{"name":"@example/greeter","version":"1.0.0"}',
    'apps/greeter/main.js': "import left from 'left'; import { unused } from 'removed'; console.log(left);",
    'node_modules/left/package.json': '{"name":"left","version":"2.0.0","license":"MIT","sideEffects":false}',
    'node_modules/left/index.js': "export default 'left';",
    'node_modules/removed/package.json': '{"name":"removed","version":"3.0.0","sideEffects":false}',
    'node_modules/removed/index.js': 'export const unused = 1;',
  };
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(workspaceRoot, file, '..'), { recursive: true });
    writeFileSync(join(workspaceRoot, file), content);
  }
  const { metafile } = await build({
    absWorkingDir: workspaceRoot,
    entryPoints: ['apps/greeter/main.js'],
    bundle: true,
    metafile: true,
    write: false,
    outfile: 'apps/greeter/dist/main.js',
  });
  mkdirSync(join(projectRoot, 'dist'));
  writeFileSync(join(projectRoot, 'dist/meta.json'), JSON.stringify(metafile));
  const output = 'dist/sbom/greeter.cdx.json';
  const outcome = await run({ url: '' }, `sbom --output=${output}`, {
    directory: projectRoot,
    context: { workspaceRoot },
  });
  expect(outcome).toMatchObject({ exitCode: 0 });
  return { text: readFileSync(join(workspaceRoot, output), 'utf8'), workspaceRoot };
}

test('lists the packages in the bundle, reproducibly', async () => {
  const { text, workspaceRoot } = await writtenSbom();
  const sbom = JSON.parse(text);
  expect(sbom).toMatchObject({
    bomFormat: 'CycloneDX',
    metadata: { component: { type: 'application', group: '@example', name: 'greeter' } },
    components: [{ name: 'left', version: '2.0.0' }],
  });
  expect(sbom.components).toHaveLength(1);
  expect(sbom.serialNumber).toBeUndefined();
  expect(sbom.metadata.timestamp).toBeUndefined();
  expect(text).not.toContain(workspaceRoot);
  expect(await new JsonStrictValidator(Version.v1dot6).validate(text)).toBeNull();
});

test('fails without the metafile of esbuild', async () => {
  const { exitCode, text } = await run({ url: '' }, 'sbom', { directory: temporaryDirectory() });
  expect(exitCode).toBe(1);
  expect(text).toContain('meta.json does not exist. Build it: npx nx build infra');
});
