import type { AwsClients, Place } from './aws/clients';
import type { CdkCli } from './cdk/cdk-cli';
import type { FindEngine } from './container/engine';
import type { Interruption } from './interruption';
import type { Terminal } from './terminal';

/** The outside world of an executor, passed in. */
export interface Context {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path. */
  readonly workspaceRoot: string;
  /** Absolute path. */
  readonly projectRoot: string;
  readonly projectName: string;
  readonly interruption: Interruption;
  /** Creates AWS clients for a region, with the credentials of a profile. */
  readonly connect: (place: Place) => Promise<AwsClients>;
  /** Returns the region of a profile in the AWS configuration files. */
  readonly regionOfProfile: (profile: string | undefined) => Promise<string | undefined>;
  readonly cdk: CdkCli;
  readonly findEngine: FindEngine;
}

/** Returns the command that runs a target of this project, for messages: `npx nx deploy infra --stage=dev`. */
export function nxCommand({ projectName }: Context, target: string, stage?: string): string {
  return `npx nx ${target} ${projectName}${stage === undefined ? '' : ` --stage=${stage}`}`;
}
