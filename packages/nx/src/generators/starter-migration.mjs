import { readJson, readJsonFile } from '@nx/devkit';
import { join } from 'node:path';
import { CREATOR, creationOf, mergeCreations } from './starter-versions.mjs';

/**
 * Merges the changes of a new version into the starter's files, which a team may have edited. `nx migrate` prints the
 * sentences that it returns.
 *
 * @param {import('@nx/devkit').Tree} tree
 * @param {unknown} _options
 * @param {Parameters<typeof mergeCreations>[3]} [create]
 * @returns {string[]}
 */
export default function starterMigration(tree, _options, create) {
  const creation = creationOf(tree);
  if (creation === undefined) {
    return [
      `package.json has no "${CREATOR}", so only the packages were upgraded. If the workspace is a clone of the repository, merge its main branch with git. Otherwise add how the workspace was created, and run the migration again: "${CREATOR}": { "version": "0.1.0", "name": "my-shop", "title": "My shop" }`,
    ];
  }
  const version = newVersion(tree);
  if (version === creation.version) return [`The files of the starter are those of ${CREATOR} ${version}.`];
  const { changed, conflicts } = mergeCreations(tree, creation, { ...creation, version }, create);
  return [
    `${changed.length} files changed from ${CREATOR} ${creation.version} to ${version}. git diff shows them.`,
    ...conflicts,
    'Then run: npm install && npm run format && npm test',
  ];
}

/** Returns the version to migrate to. @param {import('@nx/devkit').Tree} tree @returns {string} */
function newVersion(tree) {
  const packed = readJson(tree, 'package.json').devDependencies?.[CREATOR];
  return packed ?? readJsonFile(join(import.meta.dirname, '../../package.json')).version;
}
