import type { Fault } from '../errors';

const NETWORK = [
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
];

const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpired'];

const WRONG = ['InvalidClientTokenId', 'UnrecognizedClientException', 'SignatureDoesNotMatch', 'AuthFailure'];

const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'NotAuthorizedException'];

/** The fields that errors of the AWS SDK, of Node and of `fetch` have. */
interface ForeignError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly tokenRefreshRequired?: boolean;
}

/** Whether AWS understood who we are and does not let us. */
export function isDenied(error: unknown): boolean {
  return DENIED.includes((error as ForeignError).name ?? '');
}

/**
 * Says in our words why a request to AWS failed, or nothing when it is a failure of another kind.
 *
 * @param profile whose credentials were used
 */
export function awsFault(error: unknown, profile: string | undefined): Fault | undefined {
  const { name = '', code = '', message = '', tokenRefreshRequired } = error as ForeignError;
  const login = `aws sso login${profile === undefined ? '' : ` --profile ${profile}`}`;
  if (NETWORK.includes(code) || name === 'TimeoutError') {
    return {
      problem: `AWS cannot be reached: ${message || code}`,
      remedy: 'check the network, HTTPS_PROXY and the region',
    };
  }
  if (EXPIRED.includes(name) || tokenRefreshRequired || /expired/i.test(message)) {
    return {
      problem: `the AWS credentials have expired: ${message}`,
      remedy: `sign in again, for example: ${login}`,
    };
  }
  if (WRONG.includes(name)) {
    return {
      problem: `AWS does not accept the credentials${profile === undefined ? '' : ` of profile ${profile}`}: ${message}`,
      remedy: 'look for mistakes in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY or ~/.aws/credentials',
    };
  }
  if (name === 'CredentialsProviderError') {
    return profile === undefined
      ? {
          problem: 'there are no AWS credentials: none in the environment, none in a default profile',
          remedy: `sign in (aws configure sso, then ${login}) and name the profile in AWS_PROFILE or by --profile`,
        }
      : {
          problem: `profile ${profile} gives no AWS credentials: ${message}`,
          remedy: `sign in (${login}), or name another profile in AWS_PROFILE or by --profile`,
        };
  }
  if (isDenied(error)) {
    return {
      problem: `AWS does not allow it: ${message}`,
      remedy: 'use credentials that may, or have the permission added',
    };
  }
  const request = (error as { $metadata?: { requestId?: string } }).$metadata;
  if (request) {
    return {
      problem: `AWS answers ${name}: ${message}${request.requestId ? ` (request ${request.requestId})` : ''}`,
    };
  }
  return undefined;
}
