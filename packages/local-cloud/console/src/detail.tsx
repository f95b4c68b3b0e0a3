import { type CSSProperties, type ReactNode, useState } from 'react';
import type { HeaderChangeView, HopView, RequestView } from '../../src/console/request-view';
import { Compare } from './compare';
import { ENTRY_POINTS, formatMs, formatTime, pathWithNames, statusClass } from './format';
import { Message } from './message';
import { Resend } from './resend';
import { Scroll } from './scroll';
import { Toolbar } from './toolbar';

interface DetailProps {
  readonly request: RequestView;
  readonly pinned: RequestView | undefined;
  readonly onClose: () => void;
}

/** A request, hop by hop, and compared with the pinned one. */
export function Detail({ request, pinned, onClose }: DetailProps) {
  const [isEditing, setIsEditing] = useState(false);
  return (
    <>
      <div className="bar">
        <h2 className="subject" data-status={statusClass(request.status)}>
          <span className="status">{request.status}</span>{' '}
          <span className="technical">
            {request.method} {pathWithNames(request)}
          </span>
        </h2>
        <button type="button" aria-label="Close the request" onClick={onClose}>
          ✕
        </button>
      </div>
      <p className="hint">{circumstances(request)}</p>
      {request.switches.map((label) => (
        <p className="switched" key={label}>
          Active at that time: {label}.
        </p>
      ))}
      <Toolbar request={request} isEditing={isEditing} onEdit={() => setIsEditing(!isEditing)} />
      {isEditing && <Resend request={request} />}
      {pinned && pinned.id !== request.id && <Compare pinned={pinned} request={request} />}
      <Explanation request={request} />
      <h3>What happened, hop by hop</h3>
      <Hops request={request} />
      <LogLines request={request} />
      <h3>What was sent</h3>
      <Message title="Request" message={request.request} />
      <Message title="Response" message={request.response} />
      <p className="hint">
        {request.via === 'sign-in'
          ? 'Bodies of sign-in are not stored: they hold passwords, codes and tokens. '
          : 'Tokens, passwords and codes are hidden. '}
        Values of cookies and of the query are not stored.
      </p>
      <p className="hint">
        <a href={`/requests/${request.id}`}>Show as JSON</a>
      </p>
    </>
  );
}

function circumstances({ at, via, durationMs, cookieNames }: RequestView): string {
  const parts = [
    `${formatTime(at)} at the ${ENTRY_POINTS[via]}`,
    `${formatMs(durationMs)} in total`,
    ...(cookieNames.length > 0 ? [`with the cookies ${cookieNames.join(', ')}`] : []),
  ];
  return `${parts.join(' · ')}.`;
}

function Explanation({ request: { explanation, status } }: { readonly request: RequestView }) {
  if (!explanation) return null;
  return (
    <section className="explanation" data-status={statusClass(status)} aria-label="Explanation">
      <h3>{explanation.title}</h3>
      <p>{explanation.text}</p>
      <p>
        <strong>What to do: </strong>
        {explanation.whatToDo}
      </p>
    </section>
  );
}

function Hops({ request }: { readonly request: RequestView }) {
  const { hops, durationMs, status } = request;
  const endMs = Math.max(durationMs, ...hops.map(({ atMs }) => atMs), 0.1);
  return (
    <ol className="hops">
      {hops.map((hop, index) => (
        <li className={hop.deciding ? 'hop deciding' : 'hop'} key={index}>
          <div className="hop-head">
            <h4>{hop.service}</h4>
            <Span fromMs={hop.fromMs} toMs={hop.atMs} endMs={endMs} />
          </div>
          <p className="note">{hop.note}</p>
          <Facts facts={hop.facts} />
          <Token hop={hop} />
          <HeaderChanges changes={hop.headers} />
        </li>
      ))}
      <li className="hop answered" data-status={statusClass(status)}>
        <div className="hop-head">
          <h4>Response</h4>
          <Span fromMs={hops.at(-1)?.atMs ?? 0} toMs={durationMs} endMs={endMs} />
        </div>
        <p>
          {status} was sent after {formatMs(durationMs)}.
        </p>
      </li>
    </ol>
  );
}

interface SpanProps {
  readonly fromMs: number;
  readonly toMs: number;
  readonly endMs: number;
}

/** A time span within the whole. */
function Span({ fromMs, toMs, endMs }: SpanProps) {
  const took = Math.max(0, toMs - fromMs);
  const style = { '--from': `${(100 * fromMs) / endMs}%`, '--took': `${(100 * took) / endMs}%` };
  return (
    <span className="time">
      <span className="track" aria-hidden="true">
        <span className="fill" style={style as CSSProperties} />
      </span>
      <span className="took">{took < 0.1 ? '< 0.1 ms' : formatMs(Math.round(took * 10) / 10)}</span>
    </span>
  );
}

function Facts({ facts }: Pick<HopView, 'facts'>) {
  const entries = Object.entries(facts);
  if (entries.length === 0) return null;
  return (
    <dl className="facts">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{factValue(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Shows a value; a JSON object, such as a line of an access log, is collapsed. */
function factValue(value: string): ReactNode {
  if (!value.startsWith('{')) return value;
  let object: unknown;
  try {
    object = JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
  return (
    <details>
      <summary>Show</summary>
      <pre>{JSON.stringify(object, null, 2)}</pre>
    </details>
  );
}

function Token({ hop: { token, deciding } }: { readonly hop: HopView }) {
  if (!token) return null;
  return (
    <details className="more" open={deciding}>
      <summary>
        {token.kind}: {token.summary}
      </summary>
      <Scroll label={`Claims of the ${token.kind}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Claim</th>
              <th scope="col">Value</th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            {token.claims.map(({ name, value, meaning }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="technical">{value}</td>
                <td>{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className="hint">Decoded, without the signature: it cannot be used as a token.</p>
    </details>
  );
}

const SIGNS = { added: '+', changed: '~', removed: '−' };
const ENDS = { request: 'Request', response: 'Response' };

function HeaderChanges({ changes }: { readonly changes: readonly HeaderChangeView[] }) {
  if (changes.length === 0) return null;
  const counts = (['removed', 'added', 'changed'] as const)
    .map((op) => [changes.filter((change) => change.op === op).length, op] as const)
    .filter(([count]) => count > 0)
    .map(([count, op]) => `${count} ${op}`);
  const sorted = changes.toSorted((a, b) => b.op.localeCompare(a.op) || a.name.localeCompare(b.name));
  const groups = Map.groupBy(sorted, ({ on, by }) => `${ENDS[on]} headers changed by ${by}`);
  return (
    <details className="more">
      <summary>Headers: {counts.join(', ')}</summary>
      {[...groups].map(([title, own]) => (
        <section className="headers" key={title}>
          <h5>{title}</h5>
          <ul>
            {own.map(({ op, name, value }, index) => (
              <li data-op={op} key={index}>
                <span className="sign" aria-hidden="true">
                  {SIGNS[op]}
                </span>
                <span className="unseen">{op} </span>
                <code>{value === undefined ? name : `${name}: ${value}`}</code>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </details>
  );
}

function LogLines({ request: { logLines } }: { readonly request: RequestView }) {
  if (logLines.length === 0) return null;
  return (
    <>
      <h3>Log lines of the API</h3>
      <ol className="log">
        {logLines.map(({ container, level, message, fields }, index) => (
          <li data-level={level ?? 'info'} key={index}>
            <p>
              <span className="level">{level ?? 'text'}</span> {message}{' '}
              <span className="hint">{container}</span>
            </p>
            {Object.keys(fields).length > 0 && (
              <Scroll label="Fields of the log line">
                <pre>{JSON.stringify(fields, null, 2)}</pre>
              </Scroll>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
