/** Something is wrong, and what to do about it. */
export interface Fault {
  readonly problem: string;
  /** A command to run or a thing to change. */
  readonly remedy?: string;
}

/** An operation cannot go on; `message` says what, where and why, `remedy` what to do about it. */
export class OperationError extends Error {
  /** Stable name of the failure. */
  readonly code: string = 'ERR_OPERATION';
  /** What the process exits with. */
  readonly exitCode: number = 1;
  readonly remedy: string | undefined;

  constructor(message: string, { remedy, cause }: { remedy?: string | undefined; cause?: unknown } = {}) {
    super(message, { cause });
    this.name = new.target.name;
    this.remedy = remedy;
  }
}

/** The command line has options or values that the command does not take; `faults` has all of them. */
export class WrongCommandLine extends OperationError {
  override readonly code = 'ERR_COMMAND_LINE';
  override readonly exitCode = 2;

  constructor(
    readonly faults: readonly string[],
    /** What would be right, as lines. */
    readonly help: string,
  ) {
    super(faults.join('\n'));
  }
}

/** Checks before an operation failed; their report has been printed. */
export class ChecksFailed extends OperationError {
  override readonly code = 'ERR_CHECKS';

  constructor(readonly faults: readonly Fault[]) {
    super(
      `${faults.length === 1 ? 'One check' : `${faults.length} checks`} failed, and nothing has been changed.`,
    );
  }
}

/** The cloud assembly is missing, or holds something else than what is asked for. */
export class AssemblyUnusable extends OperationError {
  override readonly code = 'ERR_ASSEMBLY';
}

/** The stage is not deployed in this account and region. */
export class StackMissing extends OperationError {
  override readonly code = 'ERR_STACK_MISSING';
}

/** The stack is in a state, or protected by a setting, that forbids the operation. */
export class StackRefuses extends OperationError {
  override readonly code = 'ERR_STACK_REFUSES';
}

/** Somebody was to agree to the operation and did not, or could not be asked. */
export class NotConfirmed extends OperationError {
  override readonly code = 'ERR_NOT_CONFIRMED';
}

/** The CDK's command ended with a failure; what it printed says why. */
export class CdkFailed extends OperationError {
  override readonly code = 'ERR_CDK';
}

/** Cognito cannot do to this person what is asked for. */
export class PersonRefused extends OperationError {
  override readonly code = 'ERR_PERSON';
}

/** The site's content cannot be deployed by the rules of the template. */
export class ContentUndeployable extends OperationError {
  override readonly code = 'ERR_CONTENT';
}

/** A bucket keeps some of its objects. */
export class BucketNotEmptied extends OperationError {
  override readonly code = 'ERR_BUCKET_NOT_EMPTIED';
}

/** AWS could not be reached, or refused a request. */
export class AwsFailed extends OperationError {
  override readonly code = 'ERR_AWS';
}

/** Somebody interrupted the operation; what that means has been printed. */
export class Interrupted extends OperationError {
  override readonly code = 'ERR_INTERRUPTED';
  override readonly exitCode = 130;
}
