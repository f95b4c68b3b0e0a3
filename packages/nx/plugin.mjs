// Nx loads this file before anything is built, also on Node versions that cannot run TypeScript. So it is JavaScript.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Options of the plugin in nx.json.
 *
 * @typedef {object} PluginOptions
 * @property {string} [stackName] Name of a stage's stack; `{stage}` is replaced. Default: `{project}-{stage}` with the
 *   `context.project` of cdk.json, or `{projectName}-{stage}`.
 * @property {string[]} [builds] Projects whose build output the CDK app deploys. Default: none.
 * @property {string} [logsRole] IAM role that `bootstrap` creates for the logs of API Gateway.
 * @property {string} [e2eProject] Project with the end-to-end tests, for the next steps in messages.
 * @property {string} [e2eEmail] Email address of the end-to-end tests' user.
 * @property {string} [image] Name of the container image. Default: the project's name.
 *
 * @typedef {import('@nx/devkit').TargetConfiguration} TargetConfiguration
 */

const STAGES = ['dev', 'prod'];

/**
 * Infers targets from `cdk.json` (a CDK app) and `Dockerfile` (a containerized app) next to a `package.json` or
 * `project.json`.
 *
 * @type {import('@nx/devkit').CreateNodes<PluginOptions>}
 */
export const createNodes = [
  '**/{cdk.json,Dockerfile}',
  (files, options = {}, { workspaceRoot }) =>
    files.flatMap((file) => {
      const root = dirname(file);
      const directory = join(workspaceRoot, root);
      if (!['package.json', 'project.json'].some((name) => existsSync(join(directory, name)))) return [];
      const targets =
        basename(file) === 'cdk.json'
          ? cdkAppTargets(directory, options)
          : containerTargets(directory, options);
      return [[file, { projects: { [root]: { targets } } }]];
    }),
];

/**
 * @param {string} directory of the project
 * @param {PluginOptions} options
 * @returns {Record<string, TargetConfiguration>}
 */
function cdkAppTargets(directory, { builds = [], ...options }) {
  const { stackName = `${projectIn(directory) ?? '{projectName}'}-{stage}` } = options;
  const configurations = Object.fromEntries(STAGES.map((stage) => [stage, { stage }]));
  /** @param {string} name of an executor that works on a stage @param {Record<string, unknown>} [more] */
  const ofStage = (name, more) => ({
    executor: `@spa-on-aws/nx:${name}`,
    options: defined({ stackName, ...more }),
    configurations,
    dependsOn: ['^build', { target: 'synth', params: /** @type {const} */ ('forward') }],
  });
  const { logsRole, e2eProject, e2eEmail } = options;
  return {
    synth: {
      executor: '@spa-on-aws/nx:synth',
      configurations,
      dependsOn: ['^build', 'build', ...(builds.length > 0 ? [{ projects: builds, target: 'build' }] : [])],
      cache: true,
      inputs: [
        '{projectRoot}/cdk.json',
        { dependentTasksOutputFiles: '**/*' },
        { externalDependencies: ['aws-cdk', ...publicDependencies(directory)] },
        { runtime: 'node --version' },
        { env: 'INFRA_STAGE' },
        { env: 'INFRA_CAPACITY' },
      ],
      outputs: ['{projectRoot}/cdk.out'],
    },
    verify: ofStage('verify'),
    cost: ofStage('cost'),
    bootstrap: {
      executor: '@spa-on-aws/nx:bootstrap',
      options: defined({ logsRole }),
      dependsOn: ['^build'],
    },
    doctor: ofStage('doctor'),
    deploy: ofStage('deploy', { e2eProject }),
    user: { ...ofStage('user', { e2eProject, e2eEmail }), dependsOn: ['^build'] },
    'deploy-site': ofStage('deploy-site'),
    rollback: { ...ofStage('rollback'), dependsOn: ['^build'] },
    diff: ofStage('diff'),
    destroy: { ...ofStage('destroy'), dependsOn: ['^build'] },
  };
}

/**
 * @param {string} directory of the project
 * @param {PluginOptions} options
 * @returns {Record<string, TargetConfiguration>}
 */
function containerTargets(directory, { image = '{projectName}' }) {
  // The project says in the options of `container-test` how its container runs.
  const { port, env } = packageIn(directory).nx?.targets?.['container-test']?.options ?? {};
  const output = 'dist/sbom/{projectName}.cdx.json';
  return {
    containerize: {
      executor: '@spa-on-aws/nx:containerize',
      options: defined({ image, port, env }),
      dependsOn: ['^build', 'build', 'sbom'],
    },
    'container-test': { executor: '@spa-on-aws/nx:container-test', dependsOn: ['^build', 'build'] },
    sbom: {
      executor: '@spa-on-aws/nx:sbom',
      options: { output },
      dependsOn: ['^build', 'build'],
      cache: true,
      inputs: [
        '{projectRoot}/package.json',
        '{workspaceRoot}/package-lock.json',
        { dependentTasksOutputFiles: '**/*' },
      ],
      outputs: [`{workspaceRoot}/${output}`],
    },
  };
}

/**
 * Returns the name of the project in the context of a CDK app.
 *
 * @param {string} directory
 * @returns {string | undefined}
 */
function projectIn(directory) {
  return JSON.parse(readFileSync(join(directory, 'cdk.json'), 'utf8')).context?.project;
}

/**
 * Lists the dependencies of a project that come from a registry.
 *
 * @param {string} directory
 */
function publicDependencies(directory) {
  /** @type {Record<string, string>} */
  const dependencies = packageIn(directory).dependencies ?? {};
  return Object.keys(dependencies).filter((name) => /^[\d^~]/.test(dependencies[name] ?? ''));
}

/**
 * Reads the `package.json` of a project, if it has one.
 *
 * @param {string} directory
 */
function packageIn(directory) {
  const file = join(directory, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** @param {Record<string, unknown>} options */
function defined(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
