import { sessionText } from '../../shared/strings';
import { describeClaims } from './claims';

/** The claims of a token, each with what it means. */
export function ClaimsTable({ claims }: { claims: Readonly<Record<string, unknown>> }) {
  return (
    <table className="facts">
      <caption>{sessionText.claims}</caption>
      <thead>
        <tr>
          <th scope="col">{sessionText.claim}</th>
          <th scope="col">{sessionText.value}</th>
        </tr>
      </thead>
      <tbody>
        {describeClaims(claims).map(({ name, meaning, value, moment }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code> <span className="meaning">{meaning}</span>
            </th>
            <td>{moment ? <time dateTime={moment.toISOString()}>{moment.toLocaleString()}</time> : value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
