import type { AnsweredRequest } from '../console/request-log';
import type { RequestRejection } from '../trace/cloudfront-events';
import type { Hop, HopOf } from '../trace/trace';

type TracedRequest = Pick<AnsweredRequest, 'method' | 'path' | 'status' | 'hops'>;

/** Explains what happened to a request, for users who have never used AWS. */
export interface Explanation {
  /** Stable, for tests and links. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly whatToDo: string;
}

const CHECK_SIGN_IN = 'Compare the request with the app client’s settings in the picture.';

const EXPLANATIONS = {
  'error-replaced': {
    title: 'An error was replaced by a page',
    text: 'The distribution answers certain errors with a page, whatever caused them: an error of the API becomes that page, too, and a script that expects JSON gets HTML.',
    whatToDo:
      'For pages of the app, use a function on the behavior of the files, as this repository does, and remove the custom error response.',
  },
  preflight: {
    title: 'CORS preflight was rejected',
    text: 'Before a call to another origin the browser sends an OPTIONS request, always without a token. The authorizer rejects it, and the page reports a CORS error instead of the 401.',
    whatToDo:
      'Call the API through the site: the same origin needs no preflight. For another origin, give the API an OPTIONS method without an authorizer.',
  },
  'no-token': {
    title: 'No access token was sent',
    text: 'The request has no token. API Gateway checks every call before your API receives it; the token in the Authorization header identifies the user.',
    whatToDo:
      'Sign in first, then send the access token with the call: fetch(url, { headers: { Authorization: `Bearer ${accessToken}` } }).',
  },
  'token-expired': {
    title: 'The token has expired',
    text: 'Access tokens are short-lived. The signature is valid, but the expiry time (claim exp) has passed.',
    whatToDo:
      'Get a new one with the refresh token before the old one expires; react-oidc-context does this with automaticSilentRenew. If you moved the clock under Fault injection, reset it.',
  },
  'id-token': {
    title: 'Wrong token type: ID token sent instead of access token',
    text: 'Signing in issues two tokens. The ID token tells the page who signed in; the access token authorizes API calls and carries scopes. This method requires a scope, and the call sent the ID token.',
    whatToDo: 'Send user.access_token instead of user.id_token.',
  },
  'access-token': {
    title: 'Wrong token type: access token sent instead of ID token',
    text: 'The method has no scopes, and then API Gateway accepts only ID tokens. The call sent an access token.',
    whatToDo:
      'Give the method a scope in the infrastructure (authorizationScopes), so that it accepts access tokens; this is the safer way. Or send the ID token.',
  },
  'scope-missing': {
    title: 'The token lacks the required scope',
    text: 'The token is valid, but the method requires a scope that it does not have. The page requests scopes when it signs in.',
    whatToDo:
      'Request the scope in the page (scope in the OIDC settings), allow it for the app client, then sign in again: an issued token never gains scopes.',
  },
  'token-of-another-pool': {
    title: 'The token was issued by another user pool',
    text: 'The issuer in the token (iss) is not the user pool that this API trusts. Each stage and each machine has its own pool.',
    whatToDo:
      'Sign out and in again on this site. Check that the page uses the issuer and client id of this site’s config.json.',
  },
  'wrong-audience': {
    title: 'The token was issued for another app',
    text: 'The authorizer requires a certain audience (aud). This token has another one, or none: access tokens have no audience.',
    whatToDo:
      'Sign in with the app that the API is for, or remove the IdentityValidationExpression of the authorizer.',
  },
  'token-not-genuine': {
    title: 'The token is not valid',
    text: 'Its signature matches none of the user pool’s public keys: it was changed, cut off, created by something else, or signed with keys that were replaced since.',
    whatToDo:
      'Sign in again. If you rotated the signing keys under Fault injection or restarted the local cloud, older tokens are rejected like this.',
  },
  'foreign-host': {
    title: 'Wrong Host header',
    text: 'API Gateway finds an API by the Host header. CloudFront forwarded the host of the site, and the API has another one.',
    whatToDo:
      'Give the behavior the origin request policy AllViewerExceptHostHeader: it forwards everything except Host.',
  },
  'api-key': {
    title: 'The call needs an API key',
    text: 'The method requires a key in the X-Api-Key header. The call has none, or an unknown one.',
    whatToDo: 'Send a key of one of the API’s usage plans, or remove ApiKeyRequired from the method.',
  },
  'policy-refused': {
    title: 'The API’s resource policy denies the call',
    text: 'In addition to tokens, an API can have a resource policy that says who may call what, for example from which addresses.',
    whatToDo: 'The hop below names the statement; change the resource policy in the infrastructure.',
  },
  'address-not-encoded': {
    title: 'The URL has characters that must be encoded',
    text: 'API Gateway rejects some characters in a URL, and a % that starts no valid code. Your API has not received the call.',
    whatToDo: 'Build URLs with encodeURIComponent for path segments and URLSearchParams for the query.',
  },
  'parameter-missing': {
    title: 'A required parameter is missing',
    text: 'The method requires parameters or headers, and a request validator checks them before your API receives the call.',
    whatToDo: 'Send the parameters that the hop below names, or make them optional on the method.',
  },
  'body-not-taken': {
    title: 'The body’s type is not supported',
    text: 'API Gateway reads the body by its Content-Type and Content-Encoding, and cannot read these. Your API has not received the call.',
    whatToDo: 'Send JSON as application/json, without a Content-Encoding.',
  },
  'address-malformed': {
    title: 'The request target is not a path',
    text: 'The path of a request starts with a slash, and this one does not. No browser sends such a request.',
    whatToDo: 'Check the program that sent it: it probably uses the site as a proxy.',
  },
  'quota-used-up': {
    title: 'The API key has used up its quota',
    text: 'A usage plan allows each key a number of calls per day, week or month, and they are used up. A short wait does not help.',
    whatToDo: 'Wait for the next period, use another key, or raise the quota of the usage plan.',
  },
  'no-route': {
    title: 'The API has no such path or method',
    text: 'The path and method are not defined in the template. AWS answers “Missing Authentication Token” with 403, which looks like a sign-in problem but is not one.',
    whatToDo:
      'Compare path and method with the API in the picture, or add them to the API in the infrastructure.',
  },
  'no-stage': {
    title: 'The URL lacks the stage',
    text: 'When you call the API directly, its URL starts with the name of the stage, such as /dev.',
    whatToDo: 'Use the API’s URL as the console shows it, or call the API through the site.',
  },
  'method-not-allowed': {
    title: 'This behavior does not allow the method',
    text: 'A behavior of the distribution lists the methods that it allows. Files can only be read: GET and HEAD.',
    whatToDo:
      'If the call was meant for the API, check its path: it must match the API’s behavior. Otherwise allow the method on the behavior.',
  },
  'plain-http': {
    title: 'The site requires HTTPS',
    text: 'The request came over plain HTTP and was not answered there.',
    whatToDo: 'Use the https:// address.',
  },
  'distribution-loop': {
    title: 'The request passed too many distributions',
    text: 'A distribution is its own origin, directly or through others, so the request would go in circles.',
    whatToDo: 'Give the behavior another origin.',
  },
  'no-such-file': {
    title: 'There is no such file',
    text: 'S3 answers 403 instead of 404: CloudFront may read the files of the site but not list them, and without that permission S3 does not reveal whether a file exists.',
    whatToDo:
      'Check the path, and that the build contains the file. If it was meant to be a page of the app, leave out the extension: only paths without one get index.html.',
  },
  'file-not-found': {
    title: 'There is no such file',
    text: 'The bucket that stores the files of the site has nothing at this path.',
    whatToDo: 'Check the path, and that the build contains the file.',
  },
  throttled: {
    title: 'Too many requests at once',
    text: 'API Gateway limits the number of calls, and this one exceeded the limit. Your API has not received it.',
    whatToDo:
      'Wait a moment and try again, with longer pauses each time. If throttling is switched on under Fault injection, switch it off. To allow more, raise the limits of the stage.',
  },
  'lambda-failed': {
    title: 'The Lambda function failed',
    text: 'The function threw an error, ended, took longer than its timeout, or returned something that is not a valid response. The client only sees “Internal server error”.',
    whatToDo:
      'The hop below has the error, and the lines that the function logged. A response has statusCode, headers and a body that is a string, and no other fields.',
  },
  'lambda-not-called': {
    title: 'Lambda did not run the function',
    text: 'The service in front of the function must have a permission to invoke it, and the function must have a free instance.',
    whatToDo:
      'The hop below says which permission or limit it was. The CDK adds permissions; in a template by hand add an AWS::Lambda::Permission whose SourceArn matches the caller.',
  },
  'invoke-api-refused': {
    title: 'The Invoke API rejected the call',
    text: 'Lambda did not run the function: it does not know the function, does not accept the event, or all instances of the reserved concurrency are busy.',
    whatToDo:
      'The hop below has the error. The local cloud runs functions that requests reach, and those whose name or ARN is the value of an environment variable of a function or container.',
  },
  'authorizer-refused': {
    title: 'The Lambda authorizer rejected the call',
    text: 'A function decides about each call: its policy denies this one, it failed with “Unauthorized”, or the request lacks what the function decides by.',
    whatToDo:
      'Compare the request with the identity sources of the authorizer, and the resource in the hop below with the policy that the function returns. A cached policy must cover all methods that it is used for.',
  },
  'authorizer-failed': {
    title: 'The Lambda authorizer failed',
    text: 'The function of the authorizer failed, may not be invoked, or returned no valid policy. API Gateway then answers 500 with an empty message.',
    whatToDo:
      'The hop below says what was wrong. The function must return principalId, a policyDocument, and a context whose values are strings, numbers or booleans.',
  },
  'function-failed': {
    title: 'The CloudFront function failed',
    text: 'A small function runs in CloudFront for every request of this behavior. It threw an error, or returned something that CloudFront does not accept.',
    whatToDo: 'The hop below says what was wrong; fix the function in the infrastructure.',
  },
  'timed-out': {
    title: 'The API took too long',
    text: 'API Gateway waits for a limited time (29 seconds by default) and then responds itself. Your API may still be working on the call.',
    whatToDo:
      'Check the API’s log below, and do long work in the background. If the API is slowed under Fault injection, reset it.',
  },
  'api-unhealthy': {
    title: 'No healthy container',
    text: 'The load balancer sends requests only to healthy containers, and has none: the API is starting, has crashed, fails its health check, or is switched off.',
    whatToDo:
      'Check in the terminal why the container stopped. If the API is down under Fault injection, switch it back to normal.',
  },
  'api-unreachable': {
    title: 'The API did not respond properly',
    text: 'The connection to the container broke before the response was complete, or the response was not HTTP.',
    whatToDo: 'Check the API’s log: it has probably crashed during this request.',
  },
  'api-failed': {
    title: 'The API failed',
    text: 'The request reached your API, and the API (or the fault that is injected for it) responded with an error.',
    whatToDo:
      'The API’s log lines below have the error. If the API is failing under Fault injection, switch it back to normal.',
  },
  'not-signed': {
    title: 'The request is not signed with IAM credentials',
    text: 'The method has the authorization AWS_IAM: API Gateway accepts only requests that are signed (Signature Version 4) with credentials of AWS. The local cloud verifies the signature with credentials of its own.',
    whatToDo:
      'Sign with the access key that the start prints, for the service execute-api and the region of the stack. Sign the host that you call.',
  },
  'body-invalid': {
    title: 'The body does not match the model',
    text: 'The method validates bodies with a model (a JSON schema), before it calls your API. The client only learns “Invalid request body”.',
    whatToDo:
      'The hop below says what is wrong. Send a body that matches the schema, or change the model in the infrastructure.',
  },
  'mapping-failed': {
    title: 'The mapping of the integration failed',
    text: 'API Gateway converts the requests and responses of this integration with the mapping templates, parameters and patterns of the template. One of them did not work for this request, and API Gateway says only “Internal server error”.',
    whatToDo:
      'The hop below says which one. Change it in the infrastructure; a default response (an empty SelectionPattern) is for all that no other response is for.',
  },
  'api-refused': {
    title: 'Your API returned this status',
    text: 'The request reached the container; your own code chose the status.',
    whatToDo: 'The API’s log lines below belong to this request.',
  },
  'too-large': {
    title: 'The request is too large',
    text: 'Every service has limits: 8 kB for the URL, 32 kB for the headers at CloudFront and 10 kB at API Gateway, 10 MB for the body.',
    whatToDo: 'Send less: upload big files to storage directly, and don’t store state in cookies.',
  },
  'sign-in-redirect-mismatch': {
    title: 'The redirect URL is not registered',
    text: 'The URL to return to (redirect_uri, or logout_uri when signing out) must be registered with the app client, character by character.',
    whatToDo: 'Add it to the callback or sign-out URLs of the app client, or correct the page’s setting.',
  },
  'sign-in-grant-refused': {
    title: 'The code or refresh token is no longer valid',
    text: 'A code works once and for five minutes; a refresh token ends when it is revoked, rotated or too old.',
    whatToDo:
      'Sign in again. If it happens every time, check that the page redeems the code only once (StrictMode runs effects twice).',
  },
  'sign-in-refused': {
    title: 'Cognito rejected the request',
    text: 'The user pool did not accept the request; the hop below says why.',
    whatToDo: CHECK_SIGN_IN,
  },
  'sign-in-sent-back': {
    title: 'Cognito rejected the request',
    text: 'The user pool did not accept the request and redirected the browser with an error; the hop below says why.',
    whatToDo: CHECK_SIGN_IN,
  },
  'still-good': {
    title: 'The browser’s copy is still current',
    text: 'The browser asked whether its copy is still current. It is, so no content was sent.',
    whatToDo: 'Nothing. Files with a hash in their name are not even requested again.',
  },
  'cache-hit': {
    title: 'Answered from CloudFront’s cache',
    text: 'CloudFront had cached this response from an earlier request and contacted no origin. Changes at the origin become visible only when the copy expires.',
    whatToDo:
      'Nothing, if that is what you want. For a fresh copy, purge the path under Fault injection (on AWS: an invalidation). Cache-Control and the behavior’s cache policy decide how long copies live.',
  },
  'app-page': {
    title: 'A page of the app',
    text: 'There is no file at this path. It is a page of the single-page app, so a CloudFront function requested index.html instead, and React shows the page.',
    whatToDo: 'Nothing: this makes deep links and reloading work.',
  },
} as const satisfies Readonly<Record<string, Omit<Explanation, 'id'>>>;

type ExplanationId = keyof typeof EXPLANATIONS;

export function explain(request: TracedRequest): Explanation | undefined {
  const id = explanationId(request);
  return id && { id, ...EXPLANATIONS[id] };
}

function explanationId(request: TracedRequest): ExplanationId | undefined {
  const { status, hops, method, path } = request;
  if (hops.some((hop) => hop.service === 'cloudfront' && hop.event === 'custom-error.replaced')) {
    return 'error-replaced';
  }
  const found = hops.map((hop) => rejectionOf(hop, request)).find((id) => id !== undefined);
  if (found === 'no-token' && method === 'OPTIONS') return 'preflight';
  if (found) return found;
  if ([413, 414, 431, 494].includes(status)) return 'too-large';
  if (status === 304) return 'still-good';
  for (const hop of hops) {
    if (hop.service !== 'cloudfront') continue;
    if (hop.event === 'cache.hit' || hop.event === 'cache.collapsed' || hop.event === 'cache.stale-served') {
      return 'cache-hit';
    }
    if (hop.event === 'function.ran' && hop.data.path === '/index.html' && path !== '/') return 'app-page';
  }
  return undefined;
}

/** Returns the hop that determined the status: where the request was rejected, else the last one on the way there. */
export function decidingHop(request: Pick<TracedRequest, 'status' | 'hops'>): Hop | undefined {
  const { status, hops } = request;
  if (status < 400) return hops.at(-1);
  return (
    hops.find((hop) => rejectionOf(hop, request) !== undefined) ??
    hops.findLast((hop) => !isOnTheWayBack(hop))
  );
}

type Status = Pick<TracedRequest, 'status'>;

/** Returns why a hop rejected its request, `undefined` if it did not. */
function rejectionOf(hop: Hop, request: Status): ExplanationId | undefined {
  switch (hop.service) {
    case 'cloudfront':
      return cloudFrontRejection(hop);
    case 's3':
      return s3Rejection(hop, request);
    case 'apigateway':
      return apiGatewayRejection(hop);
    case 'elasticloadbalancing':
      return loadBalancerRejection(hop);
    case 'lambda':
      return lambdaRejection(hop);
    case 'cognito':
      return cognitoRejection(hop, request);
    default:
      return undefined;
  }
}

const REJECTED_BY_CLOUDFRONT = {
  'url-too-long': 'too-large',
  'head-too-large': 'too-large',
  'path-invalid': 'address-malformed',
  'connect-method': 'method-not-allowed',
  'get-with-body': 'method-not-allowed',
  'too-many-distributions': 'distribution-loop',
} as const satisfies Readonly<Record<RequestRejection, ExplanationId>>;

function cloudFrontRejection(hop: HopOf<'cloudfront'>): ExplanationId | undefined {
  switch (hop.event) {
    case 'request.rejected':
      return REJECTED_BY_CLOUDFRONT[hop.data.reason];
    case 'method.not-allowed':
      return 'method-not-allowed';
    case 'viewer-protocol.redirected':
    case 'viewer-protocol.rejected':
      return 'plain-http';
    case 'function.failed':
      return 'function-failed';
    case 'origin.failed':
      return hop.data.reason.endsWith('timeout') ? 'timed-out' : 'api-unreachable';
    default:
      return undefined;
  }
}

function s3Rejection(hop: HopOf<'s3'>, { status }: Status): ExplanationId | undefined {
  switch (hop.event) {
    case 'access.denied':
    case 'object.not-found':
    case 'key.encoding-invalid':
    case 'host.mismatch':
      return status === 404 ? 'file-not-found' : status === 403 ? 'no-such-file' : undefined;
    default:
      return undefined;
  }
}

const REJECTED_BY_API_GATEWAY: Partial<Record<HopOf<'apigateway'>['event'], ExplanationId>> = {
  'authorizer.token-missing': 'no-token',
  'lambda-authorizer.identity-missing': 'authorizer-refused',
  'lambda-authorizer.token-mismatch': 'authorizer-refused',
  'lambda-authorizer.unauthorized': 'authorizer-refused',
  'lambda-authorizer.denied': 'authorizer-refused',
  'lambda-authorizer.failed': 'authorizer-failed',
  'signature.missing': 'not-signed',
  'signature.malformed': 'not-signed',
  'signature.key-unknown': 'not-signed',
  'signature.scope-wrong': 'not-signed',
  'signature.expired': 'not-signed',
  'signature.invalid': 'not-signed',
  'authorizer.token-expired': 'token-expired',
  'authorizer.token-expiry-forced': 'token-expired',
  'authorizer.id-token': 'id-token',
  'authorizer.access-token': 'access-token',
  'authorizer.scope-missing': 'scope-missing',
  'authorizer.issuer-unknown': 'token-of-another-pool',
  'authorizer.pool-unknown': 'token-of-another-pool',
  'authorizer.audience-mismatch': 'wrong-audience',
  'authorizer.token-malformed': 'token-not-genuine',
  'authorizer.algorithm-not-allowed': 'token-not-genuine',
  'authorizer.signature-invalid': 'token-not-genuine',
  'authorizer.key-unknown': 'token-not-genuine',
  'authorizer.claim-invalid': 'token-not-genuine',
  'authorizer.token-invalid': 'token-not-genuine',
  'authorizer.token-use-unknown': 'token-not-genuine',
  'protocol.not-https': 'plain-http',
  'host.unknown': 'foreign-host',
  'request.character-not-encoded': 'address-not-encoded',
  'request.path-encoding-invalid': 'address-not-encoded',
  'request.headers-too-large': 'too-large',
  'request.arn-too-long': 'too-large',
  'request.body-too-large': 'too-large',
  'request.body-coding-invalid': 'body-not-taken',
  'integration.media-type-unsupported': 'body-not-taken',
  'integration.event-not-json': 'body-not-taken',
  'request.parameters-missing': 'parameter-missing',
  'request.body-invalid': 'body-invalid',
  'stage.not-found': 'no-stage',
  'route.not-found': 'no-route',
  'throttle.forced': 'throttled',
  'throttle.stage-limit': 'throttled',
  'usage-plan.throttled': 'throttled',
  'usage-plan.quota-exceeded': 'quota-used-up',
  'policy.denied': 'policy-refused',
  'policy.not-allowed': 'policy-refused',
  'api-key.missing': 'api-key',
  'api-key.unknown': 'api-key',
  'integration.timed-out': 'timed-out',
  'integration.unreachable': 'api-unreachable',
  'integration.function-method': 'api-failed',
  'integration.function-failed': 'lambda-failed',
  'integration.function-response-malformed': 'lambda-failed',
  'integration.function-rejected': 'lambda-not-called',
  'integration.header-not-mappable': 'mapping-failed',
  'integration.template-failed': 'mapping-failed',
  'integration.response-missing': 'mapping-failed',
  'integration.pattern-too-slow': 'mapping-failed',
  'mock.status-missing': 'mapping-failed',
  'integration.response-too-large': 'api-failed',
};

function apiGatewayRejection(hop: HopOf<'apigateway'>): ExplanationId | undefined {
  if (hop.event === 'integration.responded' || hop.event === 'integration.response-mapped')
    return statusOfTheApi(hop.data.status);
  return REJECTED_BY_API_GATEWAY[hop.event];
}

/** Only of function URLs and the Invoke API: an API says itself what it makes of a function's failure. */
function lambdaRejection(hop: HopOf<'lambda'>): ExplanationId | undefined {
  switch (hop.event) {
    case 'url.denied':
      return 'lambda-not-called';
    case 'url.response-malformed':
      return 'lambda-failed';
    case 'api.rejected':
      return 'invoke-api-refused';
    case 'url.responded':
      return statusOfTheApi(hop.data.status);
    default:
      return undefined;
  }
}

function loadBalancerRejection(hop: HopOf<'elasticloadbalancing'>): ExplanationId | undefined {
  switch (hop.event) {
    case 'target.none-healthy':
      return 'api-unhealthy';
    case 'target.timed-out':
      return 'timed-out';
    case 'target.connection-failed':
      return 'api-unreachable';
    case 'container.failure-forced':
      return 'api-failed';
    case 'container.responded':
      return statusOfTheApi(hop.data.status);
    default:
      return undefined;
  }
}

function statusOfTheApi(status: number): ExplanationId | undefined {
  return status >= 500 ? 'api-failed' : status >= 400 ? 'api-refused' : undefined;
}

function cognitoRejection(hop: HopOf<'cognito'>, { status }: Status): ExplanationId | undefined {
  const rejected = status === 302 ? 'sign-in-sent-back' : 'sign-in-refused';
  switch (hop.event) {
    case 'oauth.rejected':
      if (hop.data.error === 'invalid_grant') return 'sign-in-grant-refused';
      return hop.data.error === 'invalid_redirect_uri' ? 'sign-in-redirect-mismatch' : rejected;
    case 'page.rejected':
    case 'logout.rejected': {
      const { reason } = hop.data;
      const isMismatch = reason === 'redirect_mismatch' || reason === 'logout_mismatch';
      return isMismatch ? 'sign-in-redirect-mismatch' : rejected;
    }
    case 'token.attributes-unreadable':
      return 'sign-in-grant-refused';
    case 'token.scope-not-allowed':
    case 'user-info.token-rejected':
    case 'user-pools-api.rejected':
    case 'revoke.disabled':
    case 'form.unreadable':
    case 'form.rejected':
    case 'challenge.not-found':
    case 'recovery.disabled':
    case 'sign-up.disabled':
    case 'path.not-found':
    case 'method.not-allowed':
    case 'page.not-emulated':
      return rejected;
    default:
      return undefined;
  }
}

function isOnTheWayBack(hop: Hop): boolean {
  switch (hop.service) {
    case 'apigateway':
      return hop.event === 'gateway-response.sent' || hop.event === 'access-log.written';
    case 'cloudfront':
      return hop.event.startsWith('response.') || hop.event.startsWith('cache.');
    default:
      return false;
  }
}
