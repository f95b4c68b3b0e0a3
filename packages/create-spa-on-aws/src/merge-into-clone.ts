import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mergeStarter, type Workspace } from '@spa-on-aws/nx/merge-starter';
import { createWorkspace, type Source } from './create';
import { CreateError } from './errors';
import type { Options } from './options';
import { run } from './program';

/** Names in the repository, and so in a copy of it. */
const REPOSITORY_NAMES = { name: 'spa-on-aws', title: 'SPA on AWS' };

/**
 * Merges the starter into a workspace that is a copy of the repository, without a record of its version. Afterwards it has
 * the record, and packed tools instead of the repository's packages.
 *
 * @param directory of the workspace
 * @param commit of the repository that the workspace was copied from
 * @returns sentences about what changed, and what to look at
 * @throws {CreateError} when the tools are not packed from a clone, the clone has no such commit, or the workspace has other
 *   names than the repository, or a record
 */
export async function mergeIntoClone(
  directory: string,
  commit: string,
  options: Options,
  source: Source,
): Promise<string[]> {
  if (source.localTools === undefined) throw new CreateError('ERR_OPTION', '--from needs --local-tools.');
  const own = JSON.parse(await readFile(path.join(directory, 'package.json'), 'utf8'));
  if (own['create-spa-on-aws'] !== undefined) {
    throw new CreateError('ERR_OPTION', `${directory} has a record of its version. Leave out --from.`);
  }
  if (own.name !== `@${REPOSITORY_NAMES.name}/source`) {
    throw new CreateError(
      'ERR_DIRECTORY',
      `${directory} is ${own.name}, not a copy of the repository. Give its packages the names of the repository, merge, and rename them.`,
    );
  }
  const temporary = await mkdtemp(path.join(tmpdir(), 'starter-'));
  try {
    const base = path.join(temporary, 'base');
    const repository = path.join(source.localTools, '..');
    await run('git', ['clone', '--quiet', '--shared', '--no-checkout', repository, base], temporary);
    await run('git', ['checkout', '--quiet', '--detach', commit], base);
    const theirs = path.join(temporary, 'theirs');
    await createWorkspace(theirs, { ...options, ...REPOSITORY_NAMES }, source);
    const { changed, conflicts } = mergeStarter(folder(directory), base, theirs, 'new-version');
    return [`${changed.length} files changed since ${commit}. git diff shows them.`, ...conflicts];
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Returns a folder on the disk as a workspace. */
function folder(root: string): Workspace {
  const at = (file: string) => path.join(root, file);
  return {
    root,
    exists: (file) => existsSync(at(file)),
    write: (file, content) => {
      mkdirSync(path.dirname(at(file)), { recursive: true });
      writeFileSync(at(file), content);
    },
    delete: (file) => {
      rmSync(at(file));
      let parent = path.dirname(at(file));
      while (parent !== root && readdirSync(parent).length === 0) {
        rmdirSync(parent);
        parent = path.dirname(parent);
      }
    },
  };
}
