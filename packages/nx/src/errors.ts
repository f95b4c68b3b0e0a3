import { CodedError } from '@spa-on-aws/cloudformation';

/** A problem, and how to solve it. */
export interface Fault {
  readonly problem: string;
  /** A command to run or a thing to change. */
  readonly remedy?: string | undefined;
}

/** Base class of all failures of an executor. */
export class ExecutorError extends CodedError {
  static readonly code: string = 'ERR_EXECUTOR';
  /** Exit code of the process. */
  readonly exitCode: number = 1;

  constructor(
    message: string,
    readonly remedy?: string,
    cause?: unknown,
    code = new.target.code,
  ) {
    super(code, message, { cause });
  }
}

/** Unknown options or invalid values; `faults` lists all of them. */
export class InvalidOptionsError extends ExecutorError {
  static override readonly code = 'ERR_INVALID_OPTIONS';
  override readonly exitCode = 2;

  constructor(
    readonly faults: readonly string[],
    /** Lists the options of the executor. */
    readonly help: string,
  ) {
    super(faults.join('\n'));
  }
}

/** Preflight checks failed; their report has been printed. */
export class ChecksFailedError extends ExecutorError {
  static override readonly code = 'ERR_CHECKS_FAILED';
}

/** The user did not confirm, or there is no terminal to ask. */
export class NotConfirmedError extends ExecutorError {
  static override readonly code = 'ERR_NOT_CONFIRMED';
}

/** The stage is not deployed in this account and region. */
export class StackNotFoundError extends ExecutorError {
  static override readonly code = 'ERR_STACK_NOT_FOUND';
}

/** The stack's status or its termination protection does not allow the operation. */
export class StackNotReadyError extends ExecutorError {
  static override readonly code = 'ERR_STACK_NOT_READY';
}

/** The CDK CLI failed; it printed the reason. */
export class CdkFailedError extends ExecutorError {
  static override readonly code = 'ERR_CDK_FAILED';
}

/** CloudFormation could not delete the stack. */
export class StackNotDeletedError extends ExecutorError {
  static override readonly code = 'ERR_STACK_NOT_DELETED';
}

/** Cognito cannot do this for the user. */
export class UserError extends ExecutorError {
  static override readonly code = 'ERR_USER';
}

/** A stage cannot return to an earlier version. */
export class RollbackError extends ExecutorError {
  static override readonly code = 'ERR_ROLLBACK';
}

/** The site's content cannot be uploaded as the template requires. */
export class SiteContentError extends ExecutorError {
  static override readonly code = 'ERR_SITE_CONTENT';
}

/** Some objects of a bucket cannot be deleted. */
export class BucketNotEmptyError extends ExecutorError {
  static override readonly code = 'ERR_BUCKET_NOT_EMPTY';
}

/** AWS cannot be reached, or rejected a request. */
export class AwsRequestError extends ExecutorError {
  static override readonly code = 'ERR_AWS_REQUEST';
}

/** A signal interrupted the executor; the consequences have been printed. */
export class InterruptedError extends ExecutorError {
  static override readonly code = 'ERR_INTERRUPTED';
  override readonly exitCode = 130;
}

/** The build output or its Dockerfile is missing or incomplete. */
export class BuildOutputError extends ExecutorError {
  static override readonly code = 'ERR_BUILD_OUTPUT';
}

/** No container engine can be used, or the one that the environment names cannot. */
export class ContainerEngineError extends ExecutorError {
  static override readonly code = 'ERR_CONTAINER_ENGINE';

  constructor(
    { problem, remedy }: Fault,
    /** The environment names the engine: no other engine may replace it. */
    readonly named: boolean,
  ) {
    super(`${problem}.`, remedy);
  }
}

/** An image is neither present nor can be pulled. */
export class ImageUnavailableError extends ExecutorError {
  static override readonly code = 'ERR_IMAGE_UNAVAILABLE';
}

/** An image is for another platform than it must be. */
export class ImagePlatformError extends ExecutorError {
  static override readonly code = 'ERR_IMAGE_PLATFORM';
}

/** The container or its published image does not behave as required. */
export class ContainerTestError extends ExecutorError {
  static override readonly code = 'ERR_CONTAINER_TEST';
}

/** A program cannot be started, failed, or took too long. */
export class ProgramError extends ExecutorError {
  static override readonly code = 'ERR_PROGRAM';
}
