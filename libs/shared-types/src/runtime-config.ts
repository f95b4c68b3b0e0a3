import * as z from 'zod/mini';

const HttpUrl = z.url({ protocol: /^https?$/ });

/**
 * What the site needs to know about the stage it is served from: the body of `/config.json`.
 *
 * Published by the deployment, fetched by the SPA before it renders, so one build serves every stage.
 */
export const RuntimeConfig = z.object({
  /** Raised when a field changes its meaning; the SPA refuses a version it does not know. */
  schemaVersion: z.literal(1),
  /** Issuer of the tokens, `https://cognito-idp.{region}.amazonaws.com/{userPoolId}`. */
  issuer: HttpUrl,
  /** Origin of managed login, `https://{prefix}.auth.{region}.amazoncognito.com`, no trailing slash. */
  cognitoDomain: HttpUrl,
  /** The public app client that asks for tokens. */
  clientId: z.string().check(z.minLength(1)),
  /** What the SPA asks for: OpenID Connect scopes and the API's own. */
  scopes: z.array(z.string().check(z.minLength(1))).check(z.minLength(1)),
});
export type RuntimeConfig = z.infer<typeof RuntimeConfig>;
