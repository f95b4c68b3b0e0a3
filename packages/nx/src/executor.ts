import type { Context } from './context';

/** Options of the executors that work on a stage. */
export interface StageOptions {
  readonly stage: string;
  /** Name of a stage's stack, with `{stage}`. */
  readonly stackName: string;
  /** Directory of the cloud assembly, relative to the project. */
  readonly assembly: string;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly yes: boolean;
}

/** Code of an executor. Its options are in `schemas/`. */
export interface Executor<Options> {
  /** Nx forwards the options of other executors to it. */
  readonly ignoreUnknown?: true;
  /** Returns the problems of options that are valid on their own, but not together. */
  problems?(options: Options): string[];
  /** Returns the exit code of the process; `undefined` means 0. */
  run(options: Options, context: Context): Promise<number | undefined>;
}

/** Returns the name of a stage's stack. */
export function stackNameOf({ stackName, stage }: Pick<StageOptions, 'stackName' | 'stage'>): string {
  return stackName.replace('{stage}', stage);
}
