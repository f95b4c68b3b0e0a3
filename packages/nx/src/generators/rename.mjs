import { formatFiles, installPackagesTask, logger, visitNotIgnoredFiles } from '@nx/devkit';
import { nameProblem, renamed, titleOf } from './renamed.mjs';
import { creationOf, mergeCreations } from './starter-versions.mjs';

/** @typedef {import('@nx/devkit').Tree} Tree */

/** Files of the repository that keep its name: the tools, and what is about them. */
const REPOSITORY_ONLY =
  /^(packages|tools|docs\/decisions)\/|^(package-lock\.json|LICENSE|SECURITY\.md|CONTRIBUTING\.md|AGENTS\.md|renovate\.json|knip\.jsonc)$|^\.github\/(ISSUE_TEMPLATE\/|workflows\/release)/;

const PROJECTS = 'api|infra|shared-types|source|web-e2e|web';

/**
 * Renames the product, its packages and its stacks, as docs/how-to/rename-the-product.md.
 *
 * @param {Tree} tree
 * @param {{ name: string, title?: string }} options
 * @param {Parameters<typeof mergeCreations>[3]} [create]
 */
export async function renameGenerator(tree, { name, title = titleOf(name) }, create) {
  const problem = nameProblem(name);
  if (problem) throw new Error(`"${name}" is not a name. ${problem}.`);
  const creation = creationOf(tree);
  if (creation === undefined) {
    renameFiles(tree, '.', (text) => renamed(text, { name, title }));
  } else {
    const { conflicts } = mergeCreations(tree, creation, { ...creation, name, title }, create);
    // Files that the team added import the packages, too.
    const scope = new RegExp(`@${creation.name}/(?=(${PROJECTS})\\b)`, 'g');
    renameFiles(tree, '.', (text) => text.replace(scope, `@${name}/`));
    for (const conflict of conflicts) logger.warn(conflict);
  }
  await formatFiles(tree);
  return () => installPackagesTask(tree, true);
}

/**
 * Changes the texts and the paths of files.
 *
 * @param {Tree} tree
 * @param {string} directory
 * @param {(text: string) => string} change
 */
function renameFiles(tree, directory, change) {
  visitNotIgnoredFiles(tree, directory, (path) => {
    const file = path.replaceAll('\\', '/');
    const content = tree.read(file);
    if (REPOSITORY_ONLY.test(file) || content === null || content.includes(0)) return;
    const text = content.toString();
    const own = change(text);
    if (own !== text) tree.write(file, own);
    if (change(file) !== file) tree.rename(file, change(file));
  });
}
