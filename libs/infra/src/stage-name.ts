const PATTERN = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

/** Says what is wrong with a stage's name, or nothing: it becomes part of the names of AWS resources. */
export function stageNameProblem(name: string): string | undefined {
  if (PATTERN.test(name)) return undefined;
  return `'${name}' is no stage name: use up to 20 lower-case letters, digits and inner hyphens, a letter first`;
}

/** The name of the one stack that a stage is. */
export function stackNameOf(stageName: string): string {
  return `spa-on-aws-${stageName}`;
}
