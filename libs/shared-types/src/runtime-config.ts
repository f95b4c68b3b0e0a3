import * as z from 'zod/mini';

const HttpUrl = z.url({ protocol: /^https?$/ });

/**
 * Settings of the stage that serves the site: the body of `/config.json`.
 *
 * The deployment publishes it and the SPA fetches it before it renders, so one build works for all stages.
 */
export const RuntimeConfig = z.object({
  /** Increases when a field changes its meaning. The SPA rejects versions it does not know. */
  schemaVersion: z.literal(1),
  /** Issuer of the tokens, `https://cognito-idp.{region}.amazonaws.com/{userPoolId}`. */
  issuer: HttpUrl,
  /** Origin of managed login, `https://{prefix}.auth.{region}.amazoncognito.com`, no trailing slash. */
  cognitoDomain: HttpUrl,
  /** ID of the public app client. */
  clientId: z.string().check(z.minLength(1)),
  /** Scopes that the SPA requests: OpenID Connect scopes and the API's own. */
  scopes: z.array(z.string().check(z.minLength(1))).check(z.minLength(1)),
});
export type RuntimeConfig = z.infer<typeof RuntimeConfig>;
