import { sessionText } from '../../shared/strings';
import { describeClaims, type DescribedClaim } from './claims';

/** Number of claims that are always shown. The first claims are about the user, the others about the token. */
const ALWAYS_SHOWN = 6;

/** Props of {@link ClaimsTable}. */
export interface ClaimsTableProps {
  claims: Readonly<Record<string, unknown>>;
  /** Shows all claims; otherwise the user has to expand the list. */
  expanded: boolean;
}

/** Table of the claims of a token, each with a description. */
export function ClaimsTable({ claims, expanded }: ClaimsTableProps) {
  const described = describeClaims(claims);
  const rest = described.slice(ALWAYS_SHOWN);

  return (
    <div className="claims">
      <Table caption={sessionText.claims} claims={described.slice(0, ALWAYS_SHOWN)} />
      {rest.length > 0 && (
        <details open={expanded}>
          <summary>{sessionText.moreClaims(rest.length)}</summary>
          <Table caption={sessionText.moreClaims(rest.length)} claims={rest} headerHidden />
        </details>
      )}
    </div>
  );
}

function Table({
  caption,
  claims,
  headerHidden = false,
}: {
  caption: string;
  claims: DescribedClaim[];
  headerHidden?: boolean;
}) {
  const headerClass = headerHidden ? 'visually-hidden' : undefined;

  return (
    <table className="data-table">
      <caption className={headerClass}>{caption}</caption>
      <thead className={headerClass}>
        <tr>
          <th scope="col">{sessionText.claim}</th>
          <th scope="col">{sessionText.value}</th>
        </tr>
      </thead>
      <tbody>
        {claims.map(({ name, description, value, date }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code> <span className="description">{description}</span>
            </th>
            <td>{date ? <time dateTime={date.toISOString()}>{date.toLocaleString()}</time> : value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
