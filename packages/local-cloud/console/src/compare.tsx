import { compareRequests } from '../../src/console/compare';
import type { RequestView } from '../../src/console/request-view';
import { setQuery } from './address';
import { Scroll } from './scroll';
import { pathWithNames, statusClass } from './format';
import { useStored } from './stored';

interface CompareProps {
  readonly pinned: RequestView;
  readonly request: RequestView;
}

/** The pinned request and the selected one beside each other. */
export function Compare({ pinned, request }: CompareProps) {
  const [onlyDifferences, setOnlyDifferences] = useStored('only-differences', true);
  const groups = compareRequests(pinned, request).map(({ title, rows }) => ({
    title,
    rows: rows.filter(({ label, left, right }) => !onlyDifferences || label === 'Status' || left !== right),
  }));
  return (
    <section className="compare" aria-label="Comparison">
      <div className="bar">
        <h3>Compared with the pinned request</h3>
        <label className="choice">
          <input
            type="checkbox"
            checked={onlyDifferences}
            onChange={({ target }) => setOnlyDifferences(target.checked)}
          />
          Only differences
        </label>
        <button type="button" onClick={() => setQuery({ pinned: '' })}>
          Unpin
        </button>
      </div>
      <Scroll label="Both requests">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="unseen">Part</span>
              </th>
              <th scope="col">
                Pinned: <Subject request={pinned} />
              </th>
              <th scope="col">
                Selected: <Subject request={request} />
              </th>
            </tr>
          </thead>
          {groups
            .filter(({ rows }) => rows.length > 0)
            .map(({ title, rows }) => (
              <tbody key={title}>
                <tr>
                  <th scope="rowgroup" colSpan={3} className="group">
                    {title}
                  </th>
                </tr>
                {rows.map(({ label, left, right }, index) => (
                  <tr key={index} data-differs={left !== right || undefined}>
                    <th scope="row">{label}</th>
                    <td>{left}</td>
                    <td>{right}</td>
                  </tr>
                ))}
              </tbody>
            ))}
        </table>
      </Scroll>
    </section>
  );
}

function Subject({ request }: { readonly request: RequestView }) {
  return (
    <a href={`#${request.id}`} data-status={statusClass(request.status)}>
      <span className="status">{request.status}</span> {request.method} {pathWithNames(request)}
    </a>
  );
}
