import type { Fault } from '../errors';

const NETWORK = /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;

const EXPIRED = /^(?:ExpiredToken(?:Exception)?|TokenRefreshRequired|RequestExpired)$/;

const INVALID = /^(?:InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|AuthFailure)$/;

const DENIED = /^(?:AccessDenied(?:Exception)?|UnauthorizedOperation|NotAuthorizedException)$/;

/** Fields of errors of the AWS SDK and of Node. */
interface AnyError extends Partial<NodeJS.ErrnoException> {
  readonly tokenRefreshRequired?: boolean;
  readonly $metadata?: { readonly requestId?: string };
}

/** Returns whether AWS denied a request for lack of permissions. */
export function isDenied(error: unknown): boolean {
  return DENIED.test((error as AnyError).name ?? '');
}

/**
 * Explains why a request to AWS failed. Returns `undefined` when the error has nothing to do with AWS.
 *
 * @param profile profile of the credentials
 */
export function awsFault(error: unknown, profile: string | undefined): Fault | undefined {
  const { name = '', code = '', message = '', tokenRefreshRequired, $metadata } = error as AnyError;
  const login = `aws sso login${profile === undefined ? '' : ` --profile ${profile}`}`;
  if (NETWORK.test(code) || name === 'TimeoutError') {
    return {
      problem: `AWS cannot be reached: ${message || code}`,
      remedy: 'check the network, HTTPS_PROXY and the region',
    };
  }
  if (EXPIRED.test(name) || tokenRefreshRequired || /expired/i.test(message)) {
    return {
      problem: `the AWS credentials have expired: ${message}`,
      remedy: `sign in again, for example: ${login}`,
    };
  }
  if (INVALID.test(name)) {
    return {
      problem: `AWS rejected the credentials${profile === undefined ? '' : ` of profile ${profile}`}: ${message}`,
      remedy: 'check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY or ~/.aws/credentials',
    };
  }
  if (name === 'CredentialsProviderError') {
    return profile === undefined
      ? {
          problem: 'there are no AWS credentials in the environment or in a default profile',
          remedy: `sign in (aws configure sso, then ${login}) and select the profile with AWS_PROFILE or --profile`,
        }
      : {
          problem: `profile ${profile} gives no AWS credentials: ${message}`,
          remedy: `sign in (${login}), or select another profile with AWS_PROFILE or --profile`,
        };
  }
  if (isDenied(error)) {
    return {
      problem: `AWS denied access: ${message}`,
      remedy: 'use other credentials, or ask for the permission',
    };
  }
  const request = $metadata?.requestId ? ` (request ${$metadata.requestId})` : '';
  return $metadata && { problem: `AWS returned ${name}: ${message}${request}` };
}
