import type { User } from 'oidc-client-ts';
import { sessionText } from '../../shared/strings';

/** Panel that lists the tokens in this tab, with their purpose. It never shows the tokens themselves. */
export function TokensPanel({ user }: { user: User }) {
  const tokens = [
    {
      name: sessionText.accessToken,
      stored: true,
      purpose: sessionText.accessTokenPurpose(user.scopes.join(', ') || sessionText.defaultScopes),
    },
    { name: sessionText.idToken, stored: Boolean(user.id_token), purpose: sessionText.idTokenPurpose },
    {
      name: sessionText.refreshToken,
      stored: Boolean(user.refresh_token),
      purpose: sessionText.refreshTokenPurpose,
    },
  ];

  return (
    <section className="panel" aria-labelledby="tokens-heading">
      <h2 id="tokens-heading">{sessionText.tokens}</h2>
      <p>{sessionText.tokensLead}</p>
      <table className="data-table">
        <caption className="visually-hidden">{sessionText.tokens}</caption>
        <thead>
          <tr>
            <th scope="col">{sessionText.token}</th>
            <th scope="col">{sessionText.purpose}</th>
          </tr>
        </thead>
        <tbody>
          {tokens.map(({ name, stored, purpose }) => (
            <tr key={name}>
              <th scope="row">
                {name}{' '}
                <span className="description">{stored ? sessionText.stored : sessionText.notStored}</span>
              </th>
              <td>{purpose}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
