/**
 * OpenID configuration of a user pool, with the keys and the key order of Cognito (rows CG-OD-01, CG-OD-02).
 *
 * @param domain origin of the login pages; without one, the endpoints are below the issuer, and do not exist (row CG-OD-04)
 */
export function openIdConfiguration(issuer: string, domain: string | undefined): Record<string, unknown> {
  const oauth2 = domain === undefined ? issuer : `${domain}/oauth2`;
  return {
    authorization_endpoint: `${oauth2}/authorize`,
    end_session_endpoint: `${domain ?? issuer}/logout`,
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: `${oauth2}/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${oauth2}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    userinfo_endpoint: `${oauth2}/userInfo`,
  };
}
