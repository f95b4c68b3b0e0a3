import { describeHop } from './describe-hop';
import type { AnsweredRequest } from '../console/request-log';

/** What happened to a request, for somebody who has never used AWS. */
export interface Explanation {
  /** Stable, for tests and links. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly whatToDo: string;
}

type Reported = Pick<AnsweredRequest, 'method' | 'path' | 'status' | 'hops'>;

interface Rule extends Explanation {
  /** Absent: any. */
  readonly method?: string;
  /** Statuses it is about; absent: any. */
  readonly status?: readonly number[];
  /** What a service must have reported; absent: nothing in particular. */
  readonly reported?: readonly [service: RegExp, note: RegExp];
}

const AUTHORIZER = /authorizer/i;
const GATEWAY = /api gateway|gateway/i;
const CLOUDFRONT = /cloudfront|cache/i;
const BACKEND = /load balanc|integration|elb|container|vpc|ecs/i;
/** S3 itself, or CloudFront that asked it. */
const FROM_BUCKET = [
  /^(?:S3|CloudFront)/i,
  /^(?!behavior |default behavior )(?:.*\.s3[.-]|.*\b(?:AccessDenied|NoSuchKey|object)\b)/,
] as const;
const COGNITO = /cognito|sign-in|user pool/i;

/** The first that fits is taken, so what is special stands before what is general. */
const SIGN_IN_REFUSED = {
  title: 'Sign-in refused this',
  text: 'The user pool did not take the request as it was made; the hop below says why.',
  whatToDo: 'Compare the request with the app client’s settings in the picture.',
};

const RULES: readonly Rule[] = [
  {
    id: 'error-replaced',
    reported: [CLOUDFRONT, /^custom error response: /],
    title: 'An error was replaced by a page',
    text: 'The distribution answers certain errors with a page, and it does so for everything behind it: an error of the API becomes that page, too, and a script that asked for JSON gets HTML.',
    whatToDo:
      'For pages of the app, use a function on the behavior of the files, as this repository does, and take the custom error response away.',
  },
  {
    id: 'preflight',
    method: 'OPTIONS',
    status: [401],
    reported: [AUTHORIZER, /./],
    title: 'The browser asked first, and was refused',
    text: 'Before a call to another origin a browser asks with OPTIONS, and it never sends a token with that. The authorizer refuses it, and the page sees a CORS error instead of the 401.',
    whatToDo:
      'Call the API by the site’s own address: the same origin needs no question. If it has to be another origin, give the API an OPTIONS method without an authorizer.',
  },
  {
    id: 'no-token',
    status: [401],
    reported: [AUTHORIZER, /\b(?:has |carries )?no token in|without (?:a |any )?token/i],
    title: 'Nobody is signed in, as far as the API can tell',
    text: 'The request came without a token. API Gateway checks every call before your API sees it, and a token in the Authorization header is how a page says who is signed in.',
    whatToDo:
      'Sign in first, then send the access token with the call: fetch(url, { headers: { Authorization: `Bearer ${accessToken}` } }).',
  },
  {
    id: 'token-expired',
    status: [401, 403],
    reported: [AUTHORIZER, /expired/i],
    title: 'The token has expired',
    text: 'Access tokens are short-lived on purpose. The signature is fine, but its time (the claim exp) is over.',
    whatToDo:
      'Get a new one with the refresh token before the old one ends; react-oidc-context does so with automaticSilentRenew. If the clock was moved under Switches, reset it.',
  },
  {
    id: 'id-token',
    status: [401],
    reported: [AUTHORIZER, /is an? ID token|takes access tokens/i],
    title: 'That is the wrong one of the two tokens',
    text: 'Signing in gives two tokens. The ID token tells the page who signed in; the access token opens the API and carries scopes. The call came with the ID token, and this method asks for a scope.',
    whatToDo: 'Send user.access_token instead of user.id_token.',
  },
  {
    id: 'access-token',
    status: [401],
    reported: [AUTHORIZER, /is an? access token|takes (?:id|identity) tokens/i],
    title: 'That is the wrong one of the two tokens',
    text: 'The method asks for no scope, and then API Gateway takes ID tokens only. The call came with an access token.',
    whatToDo:
      'Give the method a scope in the infrastructure (authorizationScopes), which makes it take access tokens; that is the safer way. Or send the ID token.',
  },
  {
    id: 'scope-missing',
    status: [401, 403],
    reported: [AUTHORIZER, /scope/i],
    title: 'The token does not allow this',
    text: 'The token is genuine, but the method asks for a scope that is not in it. Scopes say what a token may be used for; the page asks for them when it signs in.',
    whatToDo:
      'Add the scope to the ones the page asks for (scope in the OIDC settings), see that the app client may have it, then sign in again: a token never gains scopes later.',
  },
  {
    id: 'token-of-another-pool',
    status: [401],
    reported: [AUTHORIZER, /the token is from|"?iss"?\b|issuer|no user pool/i],
    title: 'The token comes from somewhere else',
    text: 'The issuer in the token (iss) is not the user pool that this API trusts. Each stage and each machine has its own pool.',
    whatToDo:
      'Sign out and in again on this site. Check that issuer and client id of the page come from this site’s config.json.',
  },
  {
    id: 'wrong-audience',
    status: [401],
    reported: [AUTHORIZER, /audience/i],
    title: 'The token was given to another app',
    text: 'The authorizer asks for a certain app in the token (aud), and it is another one, or none: access tokens have no audience.',
    whatToDo:
      'Sign in by the app that the API is for, or take the IdentityValidationExpression off the authorizer.',
  },
  {
    id: 'token-not-genuine',
    status: [401],
    reported: [AUTHORIZER, /signature|key|JWS|JWT|JWK|malformed|invalid|token/i],
    title: 'The token is not genuine',
    text: 'Its signature fits none of the public keys of the user pool: it was changed, cut off, made by something else, or signed before the keys were exchanged.',
    whatToDo:
      'Sign in again for a fresh one. If you have just rotated the signing keys under Switches, or restarted the local cloud, old tokens end this way.',
  },
  {
    id: 'foreign-host',
    status: [403],
    reported: [GATEWAY, /^Host .* is no API/],
    title: 'The API was asked by the wrong name',
    text: 'API Gateway finds an API by the Host header. CloudFront passed on the one of the site, and the API has another.',
    whatToDo:
      'Give the behavior the origin request policy AllViewerExceptHostHeader: it passes on everything but Host.',
  },
  {
    id: 'api-key',
    status: [403],
    reported: [GATEWAY, /API key/i],
    title: 'The call needs an API key',
    text: 'The method asks for a key in the X-Api-Key header, and none came, or one that is not known.',
    whatToDo: 'Send a key of one of the API’s usage plans, or take ApiKeyRequired off the method.',
  },
  {
    id: 'policy-refused',
    status: [403],
    reported: [GATEWAY, /policy/i],
    title: 'The API’s policy does not allow this',
    text: 'Besides tokens, an API can have a policy of its own that says who may call what, for example from which addresses.',
    whatToDo: 'The hop below names the rule; change the policy of the API in the infrastructure.',
  },
  {
    id: 'address-not-encoded',
    status: [400],
    reported: [GATEWAY, /percent-encod/i],
    title: 'The address has characters that must be encoded',
    text: 'API Gateway looks at the address before anything else, and refuses some characters, and a % that begins no code, as they stand. Your API has not seen the call.',
    whatToDo:
      'Build addresses with encodeURIComponent for parts of the path and URLSearchParams for the query, never by joining text.',
  },
  {
    id: 'parameter-missing',
    status: [400],
    reported: [GATEWAY, /request validator/],
    title: 'The call lacks a parameter',
    text: 'The method says which parameters and headers a call must have, and a request validator checks it before your API sees the call.',
    whatToDo: 'Send what the hop below names, or make it optional on the method in the infrastructure.',
  },
  {
    id: 'body-not-taken',
    status: [400, 415],
    reported: [/gateway|integration/i, /\bcoding\b|no template for/],
    title: 'The body is of a kind that is not taken',
    text: 'API Gateway reads the body by its Content-Type and Content-Encoding, and cannot do so with these. Your API has not seen the call.',
    whatToDo: 'Send JSON as application/json, without a Content-Encoding.',
  },
  {
    id: 'address-malformed',
    status: [400],
    reported: [CLOUDFRONT, /\bis no path$/],
    title: 'That is no address',
    text: 'The path of a request begins with a slash, and this one did not, as no browser sends it.',
    whatToDo: 'Look at the program that sent it: it probably treats the site as a proxy.',
  },
  {
    id: 'quota-used-up',
    status: [429],
    reported: [GATEWAY, /quota/i],
    title: 'The API key has used up its calls',
    text: 'A usage plan allows each key so many calls a day, week or month, and these are gone. Waiting a moment does not help.',
    whatToDo: 'Wait for the next period, use another key, or raise the quota of the usage plan.',
  },
  {
    id: 'no-route',
    status: [403, 404],
    reported: [GATEWAY, /no (?:method|route|resource)|missing authentication token|not found/i],
    title: 'The API has no such path or method',
    text: 'API Gateway knows every path and method from the template, and this is none of them. On AWS it says “Missing Authentication Token” and 403, which reads like a sign-in problem and is none.',
    whatToDo:
      'Check path and method against the API in the picture, or add them to the API in the infrastructure.',
  },
  {
    id: 'no-stage',
    status: [403, 404],
    reported: [GATEWAY, /no stage|stage/i],
    title: 'The address lacks the stage',
    text: 'Around the distribution, the API’s address begins with the name of its stage, such as /dev.',
    whatToDo: 'Use the API’s address as the console shows it, or call the API through the site.',
  },
  {
    id: 'method-not-allowed',
    status: [403, 405],
    reported: [CLOUDFRONT, /(?:does not allow|allows .* not) /i],
    title: 'This part of the site does not take that method',
    text: 'A behavior of the distribution lists the methods it lets through, and this was none of them. Files are only read: GET and HEAD.',
    whatToDo:
      'If the call was meant for the API, check its path: it has to match the API’s behavior. Otherwise allow the method on the behavior.',
  },
  {
    id: 'plain-http',
    status: [301, 307, 308, 403],
    reported: [/./, /plain HTTP|speaks HTTPS only/],
    title: 'The site wants HTTPS',
    text: 'The request came over plain HTTP and was not answered there.',
    whatToDo: 'Use the https:// address.',
  },
  {
    id: 'no-such-file',
    status: [403],
    reported: FROM_BUCKET,
    title: 'There is no such file',
    text: 'S3, which stores the files of the site, says 403 instead of 404: CloudFront may read files there but not list them, and to somebody who may not list, S3 does not tell a missing file from a forbidden one.',
    whatToDo:
      'Check the path, and that the build put the file there. If it was meant to be a page of the app, leave out the extension: only paths without one get index.html.',
  },
  {
    id: 'file-not-found',
    status: [404],
    reported: FROM_BUCKET,
    title: 'There is no such file',
    text: 'The bucket that stores the files of the site has nothing at this path.',
    whatToDo: 'Check the path, and that the build put the file there.',
  },
  {
    id: 'throttled',
    status: [429],
    title: 'Too many requests at once',
    text: 'API Gateway lets only so many calls through at a time, and this one was over the limit of the stage. Your API has not seen it.',
    whatToDo:
      'Wait a moment and try again, with longer pauses each time. If throttling is switched on under Switches, switch it off. To allow more, raise the limits of the stage.',
  },
  {
    id: 'function-failed',
    status: [500, 502, 503],
    reported: [
      /./,
      /function .*(?:threw|fail|invalid|forbidden|error|read-only)|Function(?:Execution|.*Header).*Error/i,
    ],
    title: 'The function at the edge failed',
    text: 'A small function runs in CloudFront for every request of this behavior. It threw, or returned something CloudFront does not take.',
    whatToDo: 'The hop below says what was wrong; mend the function in the infrastructure.',
  },
  {
    id: 'timed-out',
    status: [504],
    reported: [/./, /no (?:complete )?answer within|timed? ?out/i],
    title: 'The API took too long',
    text: 'API Gateway waits only so long (29 seconds unless the template says otherwise) and then answers itself. Your API may still be working on it.',
    whatToDo:
      'Look at the API’s log below for what it was doing, and do long work in the background. If the API is slowed under Switches, reset it.',
  },
  {
    id: 'api-unhealthy',
    status: [503],
    reported: [/load balanc/i, /no healthy|switched off/i],
    title: 'No container of the API is there to answer',
    text: 'The load balancer sends requests to healthy containers only, and has none: the API is starting, has crashed, fails its health check, or is switched off.',
    whatToDo:
      'Look at the terminal for why the container stopped. If the API is down under Switches, switch it back to normal.',
  },
  {
    id: 'api-unreachable',
    status: [502, 504],
    reported: [
      /load balanc|integration/i,
      /itself|broke|reset|refused|closed|hang|reach|ECONN|socket|listener/i,
    ],
    title: 'The API did not answer properly',
    text: 'The connection to the container broke before a complete answer came, or something that is no HTTP came back.',
    whatToDo: 'Look at the API’s log: it has probably crashed over this request.',
  },
  {
    id: 'api-failed',
    status: [500, 501, 502, 503, 504],
    reported: [BACKEND, /./],
    title: 'The API failed',
    text: 'The request went all the way, and your API, or the fault that is switched on for it, answered that it cannot.',
    whatToDo:
      'The API’s log lines below have the error. If the API is failing under Switches, switch it back to normal.',
  },
  {
    id: 'too-large',
    status: [413, 414, 431, 494],
    title: 'The request is too large',
    text: 'Every service on the way has limits: 8 kB for the address, 32 kB for the headers at CloudFront and 10 kB at API Gateway, 10 MB for the body.',
    whatToDo: 'Send less: big files go to storage directly, state does not belong into cookies.',
  },
  {
    id: 'sign-in-redirect-mismatch',
    status: [302, 400],
    reported: [COGNITO, /^refused: (?:invalid_redirect_uri|logout mismatch)/],
    title: 'Sign-in does not know where to return to',
    text: 'The address to return to (redirect_uri, or logout_uri after a logout) must be on the list of the app client, character by character.',
    whatToDo: 'Add it to the callback or logout URLs of the app client, or correct the page’s setting.',
  },
  {
    id: 'sign-in-grant-refused',
    status: [400],
    reported: [COGNITO, /invalid[_ ]grant/i],
    title: 'The code or refresh token is no longer good',
    text: 'A code works once and for five minutes; a refresh token ends when it is revoked, replaced or too old.',
    whatToDo:
      'Sign in again. If it happens every time, look whether the page redeems its code twice, as React’s StrictMode makes careless code do.',
  },
  {
    id: 'sign-in-refused',
    status: [400, 401, 403, 404, 405],
    reported: [COGNITO, /./],
    ...SIGN_IN_REFUSED,
  },
  {
    id: 'sign-in-sent-back',
    status: [302],
    reported: [COGNITO, /^refused: /],
    ...SIGN_IN_REFUSED,
  },
  {
    id: 'api-refused',
    status: [400, 401, 403, 404, 405, 406, 409, 410, 415, 422],
    reported: [BACKEND, /./],
    title: 'Your API answered that',
    text: 'The request went all the way through to the container; the status is your own code’s.',
    whatToDo: 'The API’s log lines below belong to this request.',
  },
  {
    id: 'still-good',
    status: [304],
    title: 'The browser’s copy is still good',
    text: 'The browser asked whether its copy is still the current one. It is, so no content was sent.',
    whatToDo:
      'Nothing. It saves the transfer, not the question; files with a hash in their name are not even asked for.',
  },
  {
    id: 'cache-hit',
    reported: [CLOUDFRONT, /\b(?:cache )?(?:refresh ?)?hit\b|served from the cache/i],
    title: 'Answered from CloudFront’s cache',
    text: 'CloudFront had kept this answer from an earlier request, so nothing behind it was asked. That makes it quick, and it means that a change behind it is not seen until the copy is too old.',
    whatToDo:
      'Nothing, if that is what you want. For a fresh copy, purge the path under Switches (on AWS: an invalidation). How long copies live is told by Cache-Control and the behavior’s cache policy.',
  },
  {
    id: 'app-page',
    status: [200],
    reported: [/./, /(?:rewrote|changed) the path to \/?index\.html/i],
    title: 'A page of the app',
    text: 'There is no file at this path. It is a page of the single-page app, so a function at the edge asked for index.html instead, and React shows the page.',
    whatToDo: 'Nothing: this is what makes deep links and reloading work.',
  },
];

/** Says in plain words what happened, when there is something to say. */
export function explain(request: Reported): Explanation | undefined {
  // Where a token was found good, it is not the token.
  const hops = request.hops.map(describeHop).filter(({ sentence }) => !sentence.startsWith('allowed'));
  const rule = RULES.find(({ method, status, reported }) => {
    if (method !== undefined && method !== request.method) return false;
    if (status && !status.includes(request.status)) return false;
    if (!reported) return true;
    const [service, note] = reported;
    return hops.some((hop) => service.test(hop.service) && note.test(hop.sentence));
  });
  if (!rule || (rule.id === 'app-page' && request.path === '/')) return undefined;
  const { id, title, text, whatToDo } = rule;
  return { id, title, text, whatToDo };
}

const REFUSAL =
  /refus|denied|not allow|no such|no method|no resource|no stage|no healthy|missing|expired|threw|fail|no answer|throttl|too |answered [45]|^50[0-9]/i;

/** What is done to an answer on its way back. */
const AFTERWARDS = /^(?:response headers policy|not kept|not cached|function \S+ not run)/;

/** The hop that made the answer what it is: of a refused request where it was refused, else the last before the way back. */
export function decidingHop({
  status,
  hops,
}: Pick<Reported, 'status' | 'hops'>): Reported['hops'][number] | undefined {
  if (status < 400) return hops.at(-1);
  const there = hops.filter((hop) => !AFTERWARDS.test(describeHop(hop).sentence));
  return there.find((hop) => REFUSAL.test(describeHop(hop).sentence)) ?? there.at(-1);
}
