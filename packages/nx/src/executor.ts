import type { AwsClients, Place } from './aws/clients';
import type { CdkCli } from './cdk/cdk-cli';
import type { FindEngine } from './container/engine';
import type { Interruption } from './interruption';
import type { Terminal } from './terminal';

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
  readonly takesForwarded?: true;
  /** Returns the problems of options that are valid on their own, but not together. */
  problems?(options: Options): string[];
  /** Returns the exit code of the process; `undefined` means 0. */
  run(options: Options, context: Context): Promise<number | undefined>;
}

/** The outside world of an executor, passed in. Paths are absolute. */
export interface Context {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workspaceRoot: string;
  readonly projectRoot: string;
  readonly projectName: string;
  readonly interruption: Interruption;
  readonly connect: (place: Place) => Promise<AwsClients>;
  /** Returns the region of a profile in the AWS configuration files. */
  readonly regionOfProfile: (profile: string | undefined) => Promise<string | undefined>;
  readonly cdk: CdkCli;
  readonly findEngine: FindEngine;
}

/** Returns the name of a stage's stack. */
export function stackNameOf({ stackName, stage }: Pick<StageOptions, 'stackName' | 'stage'>): string {
  return stackName.replace('{stage}', stage);
}

/** Returns the command that runs a target of this project, for messages: `npx nx deploy infra --stage=dev`. */
export function nxCommand({ projectName }: Context, target: string, stage?: string): string {
  return `npx nx ${target} ${projectName}${stage === undefined ? '' : ` --stage=${stage}`}`;
}
