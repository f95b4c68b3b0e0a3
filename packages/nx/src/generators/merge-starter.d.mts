import type { Tree } from '@nx/devkit';

/** Files of a workspace: a tree of Nx, or a folder. */
export type Workspace = Pick<Tree, 'root' | 'exists' | 'write' | 'delete'>;

/**
 * Merges the changes between two versions of the starter into a workspace, as git merges branches.
 *
 * @param workspace has no changes that are not on the disk
 * @param base directory with the version that the workspace has
 * @param theirs directory with the other version
 * @param label of the other version in conflict markers
 * @returns paths of the changed files, and sentences about what to look at
 * @throws {Error} if git is older than 2.38
 */
export function mergeStarter(
  workspace: Workspace,
  base: string,
  theirs: string,
  label: string,
): { changed: string[]; conflicts: string[] };
