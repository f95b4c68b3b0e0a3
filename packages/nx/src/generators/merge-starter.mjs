import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

const IDENTITY = {
  GIT_AUTHOR_NAME: 'merge',
  GIT_AUTHOR_EMAIL: 'merge@localhost',
  GIT_COMMITTER_NAME: 'merge',
  GIT_COMMITTER_EMAIL: 'merge@localhost',
};

/**
 * Merges the changes between two versions of the starter into a workspace, as git merges branches. It uses a repository of
 * its own, so that the workspace's index and branches stay as they are, and uncommitted changes take part.
 *
 * A file that both sides changed at the same place gets conflict markers. In JSON files, the team's value stays instead,
 * because npm and Nx must be able to read them.
 *
 * @type {typeof import('./merge-starter.d.mts').mergeStarter}
 */
export function mergeStarter(tree, base, theirs, label) {
  const repository = mkdtempSync(join(tmpdir(), 'merge-starter-'));
  /** @param {string[]} args @param {string} [input] */
  const run = (args, input) => {
    const env = { ...process.env, ...IDENTITY, GIT_DIR: repository };
    const { status, stdout, stderr, error } = spawnSync('git', args, { env, input, maxBuffer: 1 << 30 });
    if (error) throw error;
    const isMerge = args[0] === 'merge-tree';
    // Of merge-tree, 1 means conflicts, and 129 unknown options.
    if (isMerge && status === 129) throw new Error('Merging needs git 2.38 or later. Install it.');
    if (status !== 0 && !(isMerge && status === 1))
      throw new Error(`git ${args.join(' ')} failed: ${stderr}`);
    return stdout;
  };
  /** @param {string[]} args */
  const git = (...args) => run(args).toString();
  /**
   * Commits a directory to a branch.
   *
   * @param {string} branch
   * @param {string} directory
   * @param {string[]} parent
   * @param {string[]} [options] of `git add`
   */
  const commit = (branch, directory, parent, options = []) => {
    git('read-tree', '--empty');
    git('--work-tree', directory, '-C', directory, 'add', '--all', ...options, '.');
    const id = git('commit-tree', git('write-tree').trim(), '-m', branch, ...parent).trim();
    git('update-ref', `refs/heads/${branch}`, id);
    return id;
  };
  /** @param {string} branch @returns {Set<string>} */
  const filesOf = (branch) =>
    new Set(git('ls-tree', '-r', '-z', '--name-only', branch).split('\0').filter(Boolean));
  /** @param {string} branch @param {string} file */
  const contentOf = (branch, file) => run(['cat-file', 'blob', `${branch}:${file}`]);
  /** Reads many files at once. @param {string} branch @param {string[]} files @returns {Map<string, Buffer>} */
  const contentsOf = (branch, files) => {
    const names = files.map((file) => `${branch}:${file}\0`).join('');
    const output = run(['cat-file', '--batch', '-z'], names);
    let end = 0;
    // Each has a line with its id, kind and size, and a newline after it.
    const contents = files.map((file) => {
      const start = output.indexOf('\n', end) + 1;
      const size = Number(output.subarray(end, start).toString().split(' ')[2]);
      end = start + size + 1;
      return /** @type {const} */ ([file, output.subarray(start, start + size)]);
    });
    return new Map(contents);
  };

  try {
    git('init', '--bare', '--quiet', '--template=', repository);
    git('config', 'core.autocrlf', 'input');
    const parent = ['-p', commit('base', base, [], ['--force'])];
    commit(label, theirs, parent, ['--force']);
    commit('yours', tree.root, parent);
    const [result = '', ...rest] = git(
      'merge-tree',
      '--write-tree',
      '-z',
      '--name-only',
      'yours',
      label,
    ).split('\0');
    const conflicted = rest.slice(0, Math.max(0, rest.indexOf('')));
    const [inBase, inTheirs, inYours] = [filesOf('base'), filesOf(label), filesOf('yours')];

    /** @type {string[]} */
    const changed = [];
    /** @type {string[]} */
    const conflicts = [];
    const list = git('diff', '--name-status', '--no-renames', '-z', 'yours', result).split('\0');
    const changes = list.flatMap((status, index) =>
      index % 2 === 0 && status !== '' ? [{ status, file: list[index + 1] ?? '' }] : [],
    );
    const written = changes.flatMap(({ status, file }) => (status === 'D' ? [] : [file]));
    const contents = contentsOf(result, written);
    for (const { status, file } of changes) {
      if (status === 'A' && inBase.has(file)) {
        conflicts.push(`${file}: you deleted it, and it stays deleted. The new version changes it.`);
      } else if (status === 'A' && tree.exists(file)) {
        conflicts.push(
          `${file}: git ignores your file, and it stays. The new version adds one of this name.`,
        );
      } else {
        if (status === 'D') tree.delete(file);
        else tree.write(file, contents.get(file) ?? '');
        changed.push(file);
      }
    }
    for (const file of conflicted) {
      if (!inYours.has(file) && inBase.has(file)) continue; // It was deleted, see above.
      if (inYours.has(file) && inBase.has(file) && !inTheirs.has(file)) {
        conflicts.push(`${file}: the new version deletes it. Yours has changes, and stays.`);
        continue;
      }
      const versions = ['base', 'yours', label].map((branch) => parsed(() => contentOf(branch, file)));
      if (file.endsWith('.json') && versions.every((version) => version !== undefined)) {
        const merged = mergeValues(versions[0], versions[1], versions[2], [file], conflicts);
        tree.write(file, `${JSON.stringify(merged, null, 2)}\n`);
      } else if (contentOf(result, file).includes('<<<<<<< ')) {
        conflicts.push(`${file}: both changed it. Edit the places between <<<<<<< and >>>>>>>.`);
      } else {
        conflicts.push(`${file}: both changed it. Yours stays.`);
      }
    }
    return { changed, conflicts };
  } finally {
    rmSync(repository, { recursive: true, force: true });
  }
}

/**
 * Merges JSON values. What both changed stays as it is in `yours`, and is added to `conflicts`.
 *
 * @param {any} base
 * @param {any} yours
 * @param {any} theirs
 * @param {string[]} place of the values
 * @param {string[]} conflicts
 * @returns {any}
 */
function mergeValues(base, yours, theirs, place, conflicts) {
  if (isDeepStrictEqual(base, theirs) || isDeepStrictEqual(yours, theirs)) return yours;
  if (isDeepStrictEqual(base, yours)) return theirs;
  if (isObject(yours) && isObject(theirs)) {
    const keys = Object.keys({ ...yours, ...theirs });
    const values = keys.map((key) => [
      key,
      mergeValues(
        isObject(base) ? base[key] : undefined,
        yours[key],
        theirs[key],
        [...place, key],
        conflicts,
      ),
    ]);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
  }
  const [file, ...keys] = place;
  const [own, other] = [yours, theirs].map((value) => JSON.stringify(value) ?? 'nothing');
  conflicts.push(`${file}: ${keys.join(' > ')} stays ${own}. In the new version it is ${other}.`);
  return yours;
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the JSON value of a file, or `undefined`. @param {() => Buffer} read @returns {any} */
function parsed(read) {
  try {
    return JSON.parse(read().toString());
  } catch {
    return undefined;
  }
}
