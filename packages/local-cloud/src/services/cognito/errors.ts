import { CodedError } from '@spa-on-aws/cloudformation';

/** The file of users cannot be read, or what it says cannot be a user of the pool; lists every fault at once. */
export class InvalidUsersError extends CodedError {
  constructor(
    readonly source: string,
    readonly faults: readonly string[],
    cause?: unknown,
  ) {
    super('ERR_USERS', faults.map((fault) => `${source}: ${fault}`).join('\n'), { cause });
  }
}

/** A request body that is no form, or larger than any form of the login page. */
export class UnreadableFormError extends CodedError {
  constructor(
    readonly status: 400 | 413 | 415,
    detail: string,
  ) {
    super('ERR_UNREADABLE_FORM', detail);
  }
}
