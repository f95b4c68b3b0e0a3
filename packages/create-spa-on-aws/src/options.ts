import { nameProblem } from '@spa-on-aws/nx/renamed';
import { CreateError } from './errors';

/** Capacities of the API that `libs/infra` has. */
export const CAPACITIES = ['ec2', 'fargate', 'lambda'] as const;

/** Options of a new workspace. */
export interface Options {
  /** Name of the folder, the packages and the stacks, such as `my-shop`. */
  readonly name: string;
  /** Title of the pages. */
  readonly title: string;
  /** Region of all stages. Default: that of the environment at deployment. */
  readonly region?: string | undefined;
  readonly capacity: (typeof CAPACITIES)[number];
  /** Every user needs a second factor. */
  readonly mfa: boolean;
}

/** Returns the problem of a region, or `undefined`. */
export function regionProblem(region: string): string | undefined {
  if (/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) return undefined;
  return 'Use a region such as eu-central-1';
}

/** @throws {CreateError} with the first invalid option */
export function checkOptions({ name, title, region, capacity }: Options): void {
  const problems = [
    ['name', name, nameProblem(name)],
    ['--title', title, title.trim() === '' || /[<>"'`\\{}$]/.test(title) ? 'Use plain text' : undefined],
    ['--region', region, region === undefined ? undefined : regionProblem(region)],
    ['--capacity', capacity, CAPACITIES.includes(capacity) ? undefined : `Use ${CAPACITIES.join(', ')}`],
  ] as const;
  for (const [option, value, problem] of problems) {
    if (problem !== undefined)
      throw new CreateError('ERR_OPTION', `${option} ${value} is invalid. ${problem}.`);
  }
}
