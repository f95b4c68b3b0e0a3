import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** Root of this repository. */
export const REPOSITORY = path.join(import.meta.dirname, '../../..');

/** Returns true if the repository has a commit. A shallow clone lacks old ones. */
export function hasCommit(commit: string): boolean {
  try {
    return git(REPOSITORY, 'rev-parse', '--verify', `${commit}^{commit}`) !== '';
  } catch {
    return false;
  }
}

/** Clones the repository at a commit, into the folder `clone` of a temporary folder, which it returns. */
export function cloneAt(commit: string): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'old-commit-')));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const clone = path.join(root, 'clone');
  git(root, 'clone', '--quiet', '--shared', '--no-checkout', REPOSITORY, clone);
  git(clone, 'checkout', '--quiet', commit);
  return root;
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
