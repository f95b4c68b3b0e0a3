import { CodedError } from '@spa-on-aws/cloudformation';

/** A flag or environment variable with a value that cannot be used; lists every fault at once. */
export class InvalidOptionsError extends CodedError {
  constructor(readonly faults: readonly string[]) {
    super('ERR_OPTIONS', faults.join('\n'));
  }
}

/** A resource that a request would pass through and that the local cloud cannot run. */
export class UnsupportedResourceError extends CodedError {
  constructor(
    readonly logicalId: string,
    readonly type: string,
    detail: string,
  ) {
    super('ERR_UNSUPPORTED_RESOURCE', `${logicalId} (${type}): ${detail}`);
  }
}

/** Somebody else listens on the port. */
export class PortInUseError extends CodedError {
  constructor(port: number, flag: string, cause?: unknown) {
    super(
      'ERR_PORT_IN_USE',
      `Port ${port} is in use. Stop what listens there, or choose another with ${flag} (0 = any free port).`,
      { cause },
    );
  }
}

/** The file that tells other programs where everything is cannot be written. */
export class StateFileError extends CodedError {
  constructor(file: string, cause: NodeJS.ErrnoException) {
    super(
      'ERR_STATE_FILE',
      `${file} cannot be written (${cause.code ?? cause.message}). Name another file with --state-file.`,
      { cause },
    );
  }
}

/** The container's process ended, or never became healthy, before the local cloud was ready. */
export class ContainerStartError extends CodedError {
  constructor(container: string, detail: string) {
    super('ERR_CONTAINER_START', `Container ${container}: ${detail}`);
  }
}
