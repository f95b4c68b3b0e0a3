import type { User } from 'oidc-client-ts';
import { sessionText } from '../../shared/strings';

/** Which tokens this tab holds, what each is for, and where it goes; never the tokens themselves. */
export function HeldTokens({ user }: { user: User }) {
  const tokens = [
    {
      name: sessionText.accessToken,
      held: true,
      purpose: sessionText.accessTokenFor(user.scopes.join(', ') || sessionText.anyScope),
    },
    { name: sessionText.idToken, held: Boolean(user.id_token), purpose: sessionText.idTokenFor },
    {
      name: sessionText.refreshToken,
      held: Boolean(user.refresh_token),
      purpose: sessionText.refreshTokenFor,
    },
  ];

  return (
    <section className="panel" aria-labelledby="tokens-heading">
      <h2 id="tokens-heading">{sessionText.tokens}</h2>
      <p>{sessionText.tokensLead}</p>
      <table className="facts">
        <caption className="visually-hidden">{sessionText.tokensCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{sessionText.token}</th>
            <th scope="col">{sessionText.purpose}</th>
          </tr>
        </thead>
        <tbody>
          {tokens.map(({ name, held, purpose }) => (
            <tr key={name}>
              <th scope="row">
                {name} <span className="meaning">{held ? sessionText.held : sessionText.notHeld}</span>
              </th>
              <td>{purpose}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
