/** Why a Cognito authorizer rejects a request with 401: reason to its data. */
export interface AuthorizerRejections {
  'token-missing': object;
  'token-malformed': object;
  'token-expired': { expiredSecondsAgo: number };
  /** Every token issued until a moment was made to expire. */
  'token-expiry-forced': object;
  'algorithm-not-allowed': object;
  'signature-invalid': object;
  /** No key of the user pool signed the token. */
  'key-unknown': object;
  /** A claim is missing or has a wrong value, e.g. `nbf`. */
  'claim-invalid': { claim: string };
  /** Any other fault of a JWT, as the JWT library words it. */
  'token-invalid': { detail: string };
  'issuer-unknown': { issuer: string; trusted: readonly string[] };
  /** No user pool of the template is one of the authorizer's. */
  'pool-unknown': { userPoolArns: readonly string[] };
  'audience-mismatch': { audience: string | undefined; expression: string };
  /** An ID token where the method has scopes. */
  'id-token': object;
  /** An access token where the method has no scopes. */
  'access-token': object;
  'token-use-unknown': { tokenUse: string };
  'scope-missing': { granted: readonly string[] };
}

interface AuthorizerSettings {
  authorizer: string;
  header: string;
  /** Empty: the method takes ID tokens. */
  scopes: readonly string[];
}

type AuthorizerEvents = {
  /** Answers with 401. */
  [Reason in keyof AuthorizerRejections as `authorizer.${Reason}`]: AuthorizerRejections[Reason] &
    AuthorizerSettings;
};

/** Why a method with `AWS_IAM` rejects a request with 403: reason to its data. */
export interface SignatureRejections {
  missing: object;
  malformed: object;
  'key-unknown': { accessKeyId: string };
  'scope-wrong': { region: string; service: string; expectedRegion: string };
  /** `secondsAgo`: negative for a time in the future. */
  expired: { secondsAgo: number };
  invalid: object;
}

type SignatureEvents = {
  [Reason in keyof SignatureRejections as `signature.${Reason}`]: SignatureRejections[Reason];
};

interface OfLambdaAuthorizer {
  authorizer: string;
}

/** Present when the result was cached. */
type CachedResult = { secondsAgo: number; ttlSeconds: number } | undefined;

interface Bytes {
  bytes: number;
  maxBytes: number;
}

interface RateLimit {
  ratePerSecond: number;
  burst: number;
}

/**
 * Events of API Gateway: event name to its data. Those that reject are listed in `explain/explanations.ts`, and
 * `gateway-response.sent` follows with the status.
 */
export interface ApiGatewayEvents extends AuthorizerEvents, SignatureEvents {
  'method.overridden': { from: string; to: string };

  'protocol.not-https': object;
  'host.unknown': { host: string; apiHost: string };
  'request.character-not-encoded': { character: string };
  'request.path-encoding-invalid': { path: string };
  'request.headers-too-large': Bytes;
  'request.arn-too-long': Bytes;
  /** Answers with 413. `bytes`: absent when the request does not announce them. */
  'request.body-too-large': { bytes?: number; maxBytes: number };
  'request.body-coding-invalid': { coding: string };
  'request.parameters-missing': { names: readonly string[] };
  /** Answers with 400: the body does not match the model. */
  'request.body-invalid': { model: string; fault: string };
  /** The body is not UTF-8 and its type is not among the binary media types. */
  'request.body-corrupted': { contentType: string | undefined };

  'stage.not-found': { api: string; stage: string; stages: readonly string[] };
  'route.not-found': { method: string; path: string } & (
    | { reason: 'other-methods'; methods: readonly string[] }
    | { reason: 'unknown-path'; routes: readonly string[]; moreRoutes: number }
  );
  'route.matched': {
    stage: string;
    requestMethod: string;
    method: string;
    resourcePath: string;
    pathParameters: Readonly<Record<string, string>>;
  };

  /** Answers with 429: throttling was switched on by hand. */
  'throttle.forced': object;
  'throttle.stage-limit': { stage: string; method: string; resourcePath: string } & RateLimit;

  'authorizer.allowed': AuthorizerSettings & {
    tokenUse: 'access' | 'id';
    subject: string;
    /** The scope that was asked for and found. */
    scope: string | undefined;
    /** Present when the decision was cached. */
    cached: { secondsAgo: number; ttlSeconds: number } | undefined;
  };

  'signature.accepted': { userArn: string };

  /** Answers with 401: the function is not called. */
  'lambda-authorizer.identity-missing': OfLambdaAuthorizer & { sources: readonly string[] };
  'lambda-authorizer.token-mismatch': OfLambdaAuthorizer & { expression: string };
  /** Answers with 401: the function failed with the message `Unauthorized`. */
  'lambda-authorizer.unauthorized': OfLambdaAuthorizer;
  /** Answers with 500. */
  'lambda-authorizer.failed': OfLambdaAuthorizer & { detail: string };
  /** Answers with 403. */
  'lambda-authorizer.denied': OfLambdaAuthorizer & {
    principalId: string;
    resource: string;
    explicitly: boolean;
    cached: CachedResult;
  };
  'lambda-authorizer.allowed': OfLambdaAuthorizer & {
    principalId: string;
    context: Readonly<Record<string, string>>;
    cached: CachedResult;
  };

  'policy.denied': { statement: string | undefined; resource: string; sourceIp: string };
  'policy.not-allowed': { resource: string; sourceIp: string };
  'api-key.missing': object;
  'api-key.unknown': { stage: string };
  'usage-plan.throttled': { apiKey: string } & RateLimit;
  'usage-plan.quota-exceeded': { apiKey: string; limit: number; period: 'DAY' | 'WEEK' | 'MONTH' };

  /** `replacedBy`: the local URL called instead; absent with a VPC link. */
  'integration.called': { method: string; host: string; path: string; replacedBy?: string };
  'integration.responded': { status: number; streamed: boolean; bodyCorrupted: boolean };
  'integration.function-called': { functionArn: string };
  /** Answers with 500: only POST calls a function. */
  'integration.function-method': { method: string };
  /** Answers with 500: Lambda did not run the function. */
  'integration.function-rejected': { functionArn: string; reason: string };
  /** Answers with 502. */
  'integration.function-failed': { functionArn: string };
  'integration.function-response-malformed': { functionArn: string; detail: string };
  'integration.header-not-mappable': { name: string };
  'integration.response-too-large': { status: number; maxBytes: number };
  /** Answers with 500. */
  'integration.template-failed': { reason: string };
  'integration.timed-out': { timeoutMs: number };
  'integration.unreachable': { reason: UnreachableReason; place: string; detail?: string };
  /** Answers with 415: no request template of a custom integration is for the media type. */
  'integration.media-type-unsupported': { mediaType: string };
  /** Answers with 400: a function accepts only JSON. */
  'integration.event-not-json': { detail: string };
  /** A custom integration's response was chosen. `selector`: status or error message; `pattern`: absent for the default. */
  'integration.response-mapped': { selector: string; pattern?: string; status: number };
  /** Answers with 500: no response of a custom integration is for the selector, and there is no default. */
  'integration.response-missing': { selector: string };
  /** Answers with 500. */
  'integration.pattern-too-slow': { pattern: string };
  'mock.responded': { status: number };
  /** Answers with 500: no request template chooses a status. */
  'mock.status-missing': object;

  /** `type`: absent when no API can customize the response. `customizedBy`: the response type whose settings were used. */
  'gateway-response.sent': { status: number; type?: string; customizedBy?: string };
  'access-log.written': { line: string };
}

/** Why an integration's backend could not be reached or did not complete its response. */
export type UnreachableReason =
  | 'no-load-balancer'
  | 'no-listener'
  | 'no-target'
  /** The connection failed or ended before the response. */
  | 'connection-failed'
  /** The connection ended in the middle of the response. */
  | 'response-incomplete';
