import { CodedError } from '@spa-on-aws/cloudformation';

export class InvalidOptionsError extends CodedError {
  constructor(readonly faults: readonly string[]) {
    super('ERR_OPTIONS', faults.join('\n'));
  }
}

export class UnsupportedResourceError extends CodedError {
  constructor(
    readonly logicalId: string,
    readonly type: string,
    detail: string,
    /** Command-line option with which the template would run. */
    readonly flag?: string,
  ) {
    super('ERR_UNSUPPORTED_RESOURCE', `${logicalId} (${type}): ${detail}`);
  }
}

export class PortInUseError extends CodedError {
  constructor(port: number, flag: string, cause?: unknown) {
    super(
      'ERR_PORT_IN_USE',
      `Port ${port} is in use (${flag}). Stop what listens there, or set LOCAL_CLOUD_PORT to another port, which moves all ` +
        'ports (0 = any free ports).',
      { cause },
    );
  }
}

export class StateFileError extends CodedError {
  constructor(file: string, cause: NodeJS.ErrnoException) {
    super(
      'ERR_STATE_FILE',
      `${file} cannot be written (${cause.code ?? cause.message}). Name another file with --state-file (environment variable: LOCAL_CLOUD_STATE_FILE).`,
      { cause },
    );
  }
}

export class SecretsFileError extends CodedError {
  constructor(file: string, cause: NodeJS.ErrnoException) {
    super(
      'ERR_SECRETS_FILE',
      `${file} cannot be read (${cause.code ?? cause.message}). Name another file with --secrets-file (environment variable: LOCAL_CLOUD_SECRETS_FILE).`,
      { cause },
    );
  }
}

/** A secret of a container that is not in the templates, and that the user gave no value. */
export class MissingSecretError extends CodedError {
  /** Command-line option with which the container would start. */
  readonly flag: string;

  constructor(
    readonly secret: string,
    { taskDefinition, container, valueFrom, file }: Readonly<Record<string, string>>,
  ) {
    super(
      'ERR_SECRET_VALUE',
      `${taskDefinition} (AWS::ECS::TaskDefinition): the secret ${secret} of container ${container} has no value on this ` +
        `machine; on AWS it comes from ${valueFrom}. Add the line ${secret}=value to ${file}, or start with ` +
        `--secret ${secret}=value (environment variable: LOCAL_CLOUD_SECRET='${secret}=value').`,
    );
    this.flag = `--secret ${secret}=value`;
  }
}

export class ContainerStartError extends CodedError {
  constructor(container: string, detail: string) {
    super('ERR_CONTAINER_START', `Container ${container}: ${detail}`);
  }
}
