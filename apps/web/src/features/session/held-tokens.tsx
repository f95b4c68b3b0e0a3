import type { User } from 'oidc-client-ts';

/** Which tokens this tab holds, what each is for, and where it goes; never the tokens themselves. */
export function HeldTokens({ user }: { user: User }) {
  const tokens = [
    {
      name: 'Access token',
      held: true,
      purpose: `Opens the API: sent to this site's /api/ paths, and nowhere else. Allows ${user.scopes.join(', ') || 'what the user pool decides'}.`,
    },
    {
      name: 'ID token',
      held: Boolean(user.id_token),
      purpose: 'Says who you are. Read here, sent nowhere: the API refuses it.',
    },
    {
      name: 'Refresh token',
      held: Boolean(user.refresh_token),
      purpose: 'Fetches the next two before they expire. Goes to the login service only; Logout revokes it.',
    },
  ];

  return (
    <section className="panel" aria-labelledby="tokens-heading">
      <h2 id="tokens-heading">Tokens in this tab</h2>
      <p>Kept in this tab’s session storage: a reload keeps them, closing the tab drops them.</p>
      <table className="facts">
        <caption className="visually-hidden">What this tab holds</caption>
        <thead>
          <tr>
            <th scope="col">Token</th>
            <th scope="col">What it is for</th>
          </tr>
        </thead>
        <tbody>
          {tokens.map(({ name, held, purpose }) => (
            <tr key={name}>
              <th scope="row">
                {name} <span className="meaning">{held ? 'held' : 'not held'}</span>
              </th>
              <td>{purpose}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
