import type { User } from 'oidc-client-ts';
import { sessionText } from '../../shared/strings';
import { DataTable } from './data-table';

/** Panel that lists the tokens in this tab, with their purpose. It never shows the tokens themselves. */
export function TokensPanel({ user }: { user: User }) {
  const scopes = user.scopes.join(', ') || sessionText.defaultScopes;
  const row = (name: string, token: string | undefined, purpose: string) => ({
    key: name,
    name,
    description: token ? sessionText.stored : sessionText.notStored,
    value: purpose,
  });

  return (
    <section className="panel" aria-labelledby="tokens-heading">
      <h2 id="tokens-heading">{sessionText.tokens}</h2>
      <p>{sessionText.tokensLead}</p>
      <DataTable
        caption={sessionText.tokens}
        hidden="caption"
        headers={[sessionText.token, sessionText.purpose]}
        rows={[
          row(sessionText.accessToken, user.access_token, sessionText.accessTokenPurpose(scopes)),
          row(sessionText.idToken, user.id_token, sessionText.idTokenPurpose),
          row(sessionText.refreshToken, user.refresh_token, sessionText.refreshTokenPurpose),
        ]}
      />
    </section>
  );
}
