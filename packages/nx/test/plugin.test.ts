import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createNodes } from '../plugin.mjs';
import { temporaryDirectory } from './run';

/** Infers the targets of the projects in a workspace with these files. */
async function inferred(files: Record<string, string>, options = {}) {
  const workspaceRoot = temporaryDirectory();
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(workspaceRoot, file, '..'), { recursive: true });
    writeFileSync(join(workspaceRoot, file), content);
  }
  const [, infer] = createNodes;
  const configFiles = Object.keys(files).filter((file) => /(?:cdk\.json|Dockerfile)$/.test(file));
  const results = await infer(configFiles, options, { workspaceRoot, nxJsonConfiguration: {} });
  return Object.assign({}, ...results.map(([, { projects }]) => projects));
}

const CDK_APP = {
  'libs/infra/cdk.json': '{}',
  'libs/infra/package.json': JSON.stringify({
    dependencies: { '@example/shared': '*', 'aws-cdk-lib': '2.276.0' },
  }),
};
const CONTAINERIZED_APP = { 'apps/api/Dockerfile': 'FROM scratch', 'apps/api/package.json': '{}' };

test('infers the targets of a CDK app', async () => {
  const { 'libs/infra': project } = await inferred(CDK_APP);
  expect(Object.keys(project.targets)).toEqual(
    'synth verify cost bootstrap doctor deploy user deploy-site rollback diff destroy'.split(' '),
  );
  for (const [name, target] of Object.entries<{ executor: string }>(project.targets))
    expect(target.executor).toBe(`@spa-on-aws/nx:${name}`);
});

test('has configurations dev and prod for all targets that work on a stage', async () => {
  const { 'libs/infra': project } = await inferred(CDK_APP);
  const { bootstrap, ...ofStages } = project.targets;
  expect(bootstrap.configurations).toBeUndefined();
  for (const target of Object.values(ofStages))
    expect(target).toMatchObject({ configurations: { dev: { stage: 'dev' }, prod: { stage: 'prod' } } });
});

test.each([
  ['{}', '{projectName}-{stage}'],
  ['{ "context": { "project": "shop" } }', 'shop-{stage}'],
])('finds the stack by the project in the context of cdk.json: %s', async (cdkJson, stackName) => {
  const { 'libs/infra': project } = await inferred({ ...CDK_APP, 'libs/infra/cdk.json': cdkJson });
  expect(project.targets.deploy.options.stackName).toBe(stackName);
});

test('synthesizes again when the app, a build that it deploys or a public dependency changes', async () => {
  const { 'libs/infra': project } = await inferred(CDK_APP, { builds: ['web', 'api'] });
  expect(project.targets.synth).toMatchObject({
    cache: true,
    dependsOn: ['^build', 'build', { projects: ['web', 'api'], target: 'build' }],
    inputs: expect.arrayContaining([
      '{projectRoot}/cdk.json',
      { dependentTasksOutputFiles: '**/*' },
      { externalDependencies: ['aws-cdk', 'aws-cdk-lib'] },
      { env: 'INFRA_STAGE' },
    ]),
    outputs: ['{projectRoot}/cdk.out'],
  });
});

test.each(['destroy', 'rollback'])('runs %s without an assembly', async (target) => {
  const { 'libs/infra': project } = await inferred(CDK_APP);
  expect(project.targets[target].dependsOn).toEqual(['^build']);
});

test.each(['verify', 'cost', 'doctor', 'deploy', 'deploy-site', 'diff'])(
  'forwards the options of %s to synth',
  async (target) => {
    const { 'libs/infra': project } = await inferred(CDK_APP);
    expect(project.targets[target].dependsOn).toEqual(['^build', { target: 'synth', params: 'forward' }]);
  },
);

test('infers the targets of a containerized app', async () => {
  const { 'apps/api': project } = await inferred(CONTAINERIZED_APP);
  expect(Object.keys(project.targets)).toEqual(['containerize', 'container-test', 'sbom']);
  expect(project.targets.containerize).toMatchObject({
    options: { image: '{projectName}' },
    dependsOn: ['^build', 'build', 'sbom'],
  });
  expect(project.targets.sbom).toMatchObject({
    cache: true,
    outputs: ['{workspaceRoot}/dist/sbom/{projectName}.cdx.json'],
  });
});

test('containerize knows how the container runs from the options of container-test', async () => {
  const options = { port: 3000, env: { TOKEN_VERIFICATION: 'off' }, readiness: '/ready' };
  const { 'apps/api': project } = await inferred({
    ...CONTAINERIZED_APP,
    'apps/api/package.json': JSON.stringify({ nx: { targets: { 'container-test': { options } } } }),
  });
  expect(project.targets.containerize.options).toEqual({
    image: '{projectName}',
    port: 3000,
    env: { TOKEN_VERIFICATION: 'off' },
  });
});

test('uses the options of the plugin', async () => {
  const options = { stackName: 'shop-{stage}', image: 'shop-api', e2eProject: 'shop-e2e', logsRole: 'logs' };
  const projects = await inferred({ ...CDK_APP, ...CONTAINERIZED_APP }, options);
  expect(projects['libs/infra'].targets).toMatchObject({
    deploy: { options: { stackName: 'shop-{stage}', e2eProject: 'shop-e2e' } },
    bootstrap: { options: { logsRole: 'logs' } },
  });
  expect(projects['apps/api'].targets.containerize.options).toEqual({ image: 'shop-api' });
});

test('ignores a Dockerfile outside of a project root', async () => {
  expect(await inferred({ 'apps/api/test/asset/Dockerfile': 'FROM scratch' })).toEqual({});
});
