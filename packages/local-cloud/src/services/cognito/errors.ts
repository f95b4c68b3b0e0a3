import { CodedError } from '@spa-on-aws/cloudformation';

export class InvalidUsersError extends CodedError {
  constructor(
    readonly source: string,
    readonly faults: readonly string[],
    cause?: unknown,
  ) {
    super('ERR_USERS', faults.map((fault) => `${source}: ${fault}`).join('\n'), { cause });
  }
}

export class UnreadableBodyError extends CodedError {
  constructor(readonly status: 400 | 413 | 415) {
    super('ERR_UNREADABLE_BODY', `unreadable body (${status})`);
  }
}

export class UnknownUserPoolError extends CodedError {
  constructor(poolId: string) {
    super('ERR_UNKNOWN_USER_POOL', `The template has no user pool ${poolId}.`);
  }
}

export class UnknownClientError extends CodedError {
  constructor(clientId: string) {
    super('ERR_UNKNOWN_APP_CLIENT', `No user pool of the template has the app client '${clientId}'.`);
  }
}

/** Errors of the user pools API, as AWS names them. */
export type UserPoolsApiErrorName =
  | 'AccessDeniedException'
  | 'AliasExistsException'
  | 'CodeMismatchException'
  | 'EnableSoftwareTokenMFAException'
  | 'ExpiredCodeException'
  | 'InvalidLambdaResponseException'
  | 'InvalidParameterException'
  | 'InternalErrorException'
  | 'InvalidPasswordException'
  | 'LimitExceededException'
  | 'MissingAuthenticationTokenException'
  | 'NotAuthorizedException'
  | 'PasswordResetRequiredException'
  | 'RefreshTokenReuseException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'SoftwareTokenMFANotFoundException'
  | 'UnauthorizedException'
  | 'UnexpectedLambdaException'
  | 'UnknownOperationException'
  | 'UnsupportedOperationException'
  | 'UnsupportedTokenTypeException'
  | 'UnsupportedUserStateException'
  | 'UserLambdaValidationException'
  | 'UserNotConfirmedException'
  | 'UserNotFoundException'
  | 'UsernameExistsException';

/** The user pools API rejects a request. `reason` says more than AWS does; it is for the log and the console. */
export class UserPoolsApiError extends CodedError {
  constructor(
    readonly type: UserPoolsApiErrorName,
    message: string,
    readonly reason?: string,
  ) {
    super('ERR_USER_POOLS_API', message);
  }
}

/** oidc-provider behaves differently from what this folder expects. */
export class UnexpectedProviderStateError extends CodedError {
  constructor(detail: string) {
    super('ERR_OIDC_PROVIDER', `oidc-provider ${detail}.`);
  }
}

/** Parts of an error that may be logged: Node adds the raw bytes of a request, with passwords, to some errors. */
export function loggable(error: unknown): {
  readonly error: string;
  readonly code?: string;
  readonly stack?: string;
} {
  if (!(error instanceof Error)) return { error: 'a value that is not an Error was thrown' };
  const { code } = error as NodeJS.ErrnoException;
  return {
    error: error.message,
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}

/** Returns whether the client disconnected or did not send HTTP. */
export function isDisconnect(error: unknown): boolean {
  return /^(HPE_|ECONN|EPIPE|ERR_STREAM_PREMATURE_CLOSE)/.test((error as NodeJS.ErrnoException).code ?? '');
}
