import { CodedError } from '@spa-on-aws/cloudformation';

/** A problem, and how to solve it. */
export interface Fault {
  readonly problem: string;
  /** A command to run or a thing to change. */
  readonly remedy?: string | undefined;
}

/** Base class of all failures of an executor. */
export class ExecutorError extends CodedError {
  /** Exit code of the process. */
  readonly exitCode: number = 1;
  readonly remedy: string | undefined;

  constructor(code: string, message: string, { remedy, cause }: { remedy?: string; cause?: unknown } = {}) {
    super(code, message, { cause });
    this.remedy = remedy;
  }
}

/** Options that the executor does not have, or values that they cannot have; `faults` has all of them. */
export class InvalidOptionsError extends ExecutorError {
  override readonly exitCode = 2;

  constructor(
    readonly faults: readonly string[],
    /** Lists the options of the executor. */
    readonly help: string,
  ) {
    super('ERR_INVALID_OPTIONS', faults.join('\n'));
  }
}

/** Preflight checks failed; their report has been printed. */
export class ChecksFailedError extends ExecutorError {
  constructor(count: number) {
    super(
      'ERR_CHECKS_FAILED',
      `${count === 1 ? 'One check' : `${count} checks`} failed. Nothing was changed.`,
    );
  }
}

/** The user did not confirm, or there is no terminal to ask. */
export class NotConfirmedError extends ExecutorError {
  constructor(message: string, remedy?: string) {
    super('ERR_NOT_CONFIRMED', message, remedy === undefined ? {} : { remedy });
  }
}

/** The stage is not deployed in this account and region. */
export class StackNotFoundError extends ExecutorError {
  constructor(message: string, remedy: string) {
    super('ERR_STACK_NOT_FOUND', message, { remedy });
  }
}

/** The stack's status or its termination protection does not allow the operation. */
export class StackNotReadyError extends ExecutorError {
  constructor(message: string, remedy: string) {
    super('ERR_STACK_NOT_READY', message, { remedy });
  }
}

/** The CDK CLI failed; it printed the reason. */
export class CdkFailedError extends ExecutorError {
  constructor(message: string, remedy?: string) {
    super('ERR_CDK_FAILED', message, remedy === undefined ? {} : { remedy });
  }
}

/** Cognito cannot do this for the user. */
export class UserError extends ExecutorError {
  constructor(message: string, remedy: string) {
    super('ERR_USER', message, { remedy });
  }
}

/** The site's content cannot be uploaded as the template requires. */
export class SiteContentError extends ExecutorError {
  constructor(message: string, remedy?: string) {
    super('ERR_SITE_CONTENT', message, remedy === undefined ? {} : { remedy });
  }
}

/** Some objects of a bucket cannot be deleted. */
export class BucketNotEmptyError extends ExecutorError {
  constructor(message: string) {
    super('ERR_BUCKET_NOT_EMPTY', message);
  }
}

/** AWS cannot be reached, or rejected a request. */
export class AwsRequestError extends ExecutorError {
  constructor({ problem, remedy }: Fault, cause: unknown) {
    super('ERR_AWS_REQUEST', `${problem}.`, { ...(remedy !== undefined && { remedy }), cause });
  }
}

/** A signal interrupted the executor; the consequences have been printed. */
export class InterruptedError extends ExecutorError {
  override readonly exitCode = 130;

  constructor(signal: string) {
    super('ERR_INTERRUPTED', `Interrupted by ${signal}.`);
  }
}

/** The build output or its Dockerfile is missing or incomplete. */
export class BuildOutputError extends ExecutorError {
  constructor(message: string) {
    super('ERR_BUILD_OUTPUT', message);
  }
}

/** No container engine can be used, or the one that the environment names cannot. */
export class ContainerEngineError extends ExecutorError {
  constructor(
    { problem, remedy }: Fault,
    /** The environment names the engine: no other engine may replace it. */
    readonly named: boolean,
  ) {
    super('ERR_CONTAINER_ENGINE', `${problem}.`, remedy === undefined ? {} : { remedy });
  }
}

/** An image is neither present nor can be pulled. */
export class ImageUnavailableError extends ExecutorError {
  constructor(message: string, cause: unknown) {
    super('ERR_IMAGE_UNAVAILABLE', message, { cause });
  }
}

/** The container or its published image does not behave as required. */
export class ContainerTestError extends ExecutorError {
  constructor(message: string) {
    super('ERR_CONTAINER_TEST', message);
  }
}

/** A program cannot be started, failed, or took too long. */
export class ProgramError extends ExecutorError {
  constructor(message: string, cause?: unknown) {
    super('ERR_PROGRAM', message, { cause });
  }
}
