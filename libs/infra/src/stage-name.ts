const STAGE_NAME = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

/** Checks a stage name, which becomes part of resource names. Returns the problem, or undefined if it is valid. */
export function stageNameProblem(name: string): string | undefined {
  if (STAGE_NAME.test(name)) return undefined;
  return `'${name}' is not a valid stage name: use 1 to 20 lower-case letters, digits and inner hyphens, starting with a letter`;
}

/** Returns the name of a stage's stack. */
export function stackNameOf(stageName: string): string {
  return `spa-on-aws-${stageName}`;
}
