import type { AwsClients } from './aws/clients';
import type { Place } from './aws/place';
import type { CdkCli } from './cdk/cdk-cli';
import type { FindEngine } from './checks/container-engine';
import type { Interruption } from './interruption';
import type { Terminal } from './terminal';

/** What operations work with: everything outside of them, passed in. */
export interface Context {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The project's directory, `libs/infra`. */
  readonly directory: string;
  readonly interruption: Interruption;
  /** Clients of AWS in a region, with the credentials of a profile. */
  readonly connect: (place: Place) => AwsClients;
  /** The region that the AWS configuration files give a profile. */
  readonly regionOfProfile: (profile: string | undefined) => Promise<string | undefined>;
  readonly cdk: CdkCli;
  readonly findEngine: FindEngine;
}
