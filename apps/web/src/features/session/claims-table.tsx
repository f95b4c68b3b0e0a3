import { sessionText } from '../../shared/strings';
import { describeClaims, type DescribedClaim } from './claims';

/** So many are what people want to know; the others are about the token rather than the person. */
const FIRST = 6;

/** What {@link ClaimsTable} shows. */
export interface ClaimsTableProps {
  claims: Readonly<Record<string, unknown>>;
  /** Whether all of them are shown at once. */
  all: boolean;
}

/** The claims of a token, each with what it means: who it is about first, the rest when asked for. */
export function ClaimsTable({ claims, all }: ClaimsTableProps) {
  const described = describeClaims(claims);
  const rest = described.slice(FIRST);

  return (
    <div className="claims">
      <Table caption={sessionText.claims} claims={described.slice(0, FIRST)} />
      {rest.length > 0 && (
        <details open={all}>
          <summary>{sessionText.moreClaims(rest.length)}</summary>
          <Table caption={sessionText.moreClaims(rest.length)} claims={rest} hidden />
        </details>
      )}
    </div>
  );
}

function Table({ caption, claims, hidden }: { caption: string; claims: DescribedClaim[]; hidden?: boolean }) {
  const visibility = hidden ? 'visually-hidden' : undefined;

  return (
    <table className="facts">
      <caption className={visibility}>{caption}</caption>
      <thead className={visibility}>
        <tr>
          <th scope="col">{sessionText.claim}</th>
          <th scope="col">{sessionText.value}</th>
        </tr>
      </thead>
      <tbody>
        {claims.map(({ name, meaning, value, moment }) => (
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
