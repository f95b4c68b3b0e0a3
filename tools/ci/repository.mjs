import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * Returns the text of a file of the repository.
 *
 * @param {string} file
 */
export const read = (file) => readFileSync(path.join(ROOT, file), 'utf8');

/**
 * Returns the files that git knows and that exist.
 *
 * @param {string[]} patterns
 */
export const tracked = (...patterns) =>
  execFileSync('git', ['ls-files', ...patterns], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && existsSync(path.join(ROOT, file)));
