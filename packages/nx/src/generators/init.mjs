import { join } from 'node:path';
import {
  addDependenciesToPackageJson,
  addProjectConfiguration,
  formatFiles,
  getProjects,
  joinPathFragments,
  readJsonFile,
  readNxJson,
  updateNxJson,
} from '@nx/devkit';

const PLUGIN = '@spa-on-aws/nx/plugin';
const LOCAL_CLOUD = 'local-cloud';

/**
 * Adds the local cloud, the checks and the commands of a CDK app to a workspace.
 *
 * @param {import('@nx/devkit').Tree} tree
 * @param {{ project?: string, stackName?: string }} options `stackName` may contain `{stage}`
 */
export async function initGenerator(tree, { project, stackName }) {
  const { name, root } = cdkApp(tree, project);
  const nxJson = readNxJson(tree) ?? {};
  const plugins = nxJson.plugins ?? [];
  if (!plugins.some((each) => each === PLUGIN || (typeof each === 'object' && each.plugin === PLUGIN))) {
    const plugin = stackName ? { plugin: PLUGIN, options: { stackName } } : PLUGIN;
    updateNxJson(tree, { ...nxJson, plugins: [...plugins, plugin] });
  }
  if (!getProjects(tree).has(LOCAL_CLOUD)) {
    addProjectConfiguration(tree, LOCAL_CLOUD, {
      root: LOCAL_CLOUD,
      targets: {
        serve: {
          command: `${LOCAL_CLOUD} ${joinPathFragments(root, 'cdk.out')}`,
          dependsOn: [{ projects: [name], target: 'synth' }],
          metadata: { description: 'Runs the synthesized template, on http://localhost:4300' },
        },
      },
    });
  }
  ignore(tree, ['cdk.out', 'tmp', joinPathFragments(root, 'outputs'), '.env.local-cloud']);
  const { version } = readJsonFile(join(import.meta.dirname, '../../package.json'));
  const tools = ['local-cloud', 'nx', 'template-checks'].map((tool) => [`@spa-on-aws/${tool}`, version]);
  const install = addDependenciesToPackageJson(tree, {}, Object.fromEntries(tools), undefined, true);
  await formatFiles(tree);
  return install;
}

/**
 * Returns the project with the CDK app.
 *
 * @param {import('@nx/devkit').Tree} tree
 * @param {string} [project]
 */
function cdkApp(tree, project) {
  const apps = [...getProjects(tree)].filter(([, { root }]) =>
    tree.exists(joinPathFragments(root, 'cdk.json')),
  );
  const [app, ...others] = project ? apps.filter(([name]) => name === project) : apps;
  if (app === undefined) {
    throw new Error(
      `${project ? `The project ${project} has no cdk.json` : 'No project has a cdk.json'}. A CDK app is a project if a package.json of the workspace, or a project.json, is next to its cdk.json.`,
    );
  }
  if (others.length > 0) {
    throw new Error(`Several projects have a cdk.json. Choose one: --project ${app[0]}`);
  }
  return { name: app[0], root: app[1].root };
}

/** Adds missing lines to .gitignore. @param {import('@nx/devkit').Tree} tree @param {string[]} lines */
function ignore(tree, lines) {
  const text = tree.read('.gitignore', 'utf8') ?? '';
  const missing = lines.filter((line) => !text.split(/\r?\n/).includes(line));
  if (missing.length === 0) return;
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  tree.write('.gitignore', `${text}${separator}${missing.join('\n')}\n`);
}
