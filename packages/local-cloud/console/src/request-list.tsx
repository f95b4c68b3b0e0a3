import { type CSSProperties, type KeyboardEvent, memo, useEffect, useRef, useState } from 'react';
import type { ImportedRequest } from '../../src/console/har';
import { choices, type Filters, matches } from '../../src/console/filters';
import type { ListedRequest } from '../../src/console/request-view';
import { type Bar, timeline } from '../../src/console/timeline';
import { select, setQuery, useAddress } from './address';
import { ENTRY_POINTS, formatMs, formatTime, pathWithNames, statusClass } from './format';
import { type Live, send } from './live';
import { useStored } from './stored';

interface RequestListProps {
  readonly live: Live;
  readonly selected: string | undefined;
  readonly onPause: () => void;
  readonly onClear: () => void;
  readonly onImport: (requests: readonly ImportedRequest[]) => void;
}

/** The list of requests: newest first, filtered; unchanged while paused. */
export function RequestList({ live, selected, onPause, onClear, onImport }: RequestListProps) {
  const { filters } = useAddress();
  const [hasTimeline, setHasTimeline] = useStored('timeline', false);
  const [focusedId, setFocusedId] = useState<string>();
  const { waiting, isPaused, imported } = live;
  const requests = imported.length > 0 ? [...imported, ...live.requests] : live.requests;
  const shown = requests.filter((request) => matches(request, filters));
  // A link of the page names a request by its request ID.
  const opensMatch = useRef(filters.header !== '' && selected === undefined);
  const only = shown.length === 1 ? shown[0]?.id : undefined;
  useEffect(() => {
    if (!opensMatch.current || only === undefined) return;
    opensMatch.current = false;
    select(String(only));
  }, [only]);
  const bars = hasTimeline ? timeline(shown) : undefined;
  const isShown = (id: string | undefined): boolean => shown.some((request) => String(request.id) === id);
  // Tab stops at one row only, arrow keys reach the others: two hundred stops are too many.
  const tabStop = [focusedId, selected].find(isShown) ?? String(shown[0]?.id);
  const count = shown.length === requests.length ? requests.length : `${shown.length} of ${requests.length}`;
  return (
    <section className="requests" id="requests" aria-labelledby="requests-title" tabIndex={-1}>
      <div className="bar">
        <h2 id="requests-title">
          Requests <span className="count">{count}</span>
        </h2>
        <button type="button" aria-pressed={hasTimeline} onClick={() => setHasTimeline(!hasTimeline)}>
          Timeline
        </button>
        <button type="button" aria-pressed={isPaused} onClick={onPause}>
          {isPaused ? `Resume${waiting.length > 0 ? ` (${waiting.length} new)` : ''}` : 'Pause'}
        </button>
        <button type="button" onClick={onClear}>
          Clear
        </button>
      </div>
      <FilterForm filters={filters} requests={requests} />
      {shown.length === 0 && (
        <p className="empty">
          {requests.length === 0
            ? 'No requests yet. Open the site, and they appear here.'
            : `None of the ${requests.length} requests matches the filter.`}
        </p>
      )}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrow keys move between the links */}
      <ol className="list" onKeyDown={moveFocus}>
        {shown.map((request) => (
          <Row
            key={request.id}
            request={request}
            bar={bars?.get(request.id)}
            isSelected={String(request.id) === selected}
            isTabStop={String(request.id) === tabStop}
            onFocus={setFocusedId}
          />
        ))}
      </ol>
      <HarFiles onImport={onImport} />
    </section>
  );
}

/** Exports the requests to a HAR file, and imports those of one. */
function HarFiles({ onImport }: Pick<RequestListProps, 'onImport'>) {
  const [message, setMessage] = useState('');
  const read = async (file: File): Promise<void> => {
    const requests = await send<readonly ImportedRequest[]>('POST', '/har', await file.text());
    onImport(requests);
    setMessage(`${requests.length} requests of ${file.name} are in the list until you reload the page.`);
  };
  return (
    <div className="har">
      <a href="/har" download="local-cloud.har">
        Export as HAR
      </a>
      <label>
        Import HAR
        <input
          type="file"
          accept=".har,.json"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) read(file).catch((error: unknown) => setMessage((error as Error).message));
            target.value = '';
          }}
        />
      </label>
      <p className="hint" role="status">
        {message}
      </p>
    </div>
  );
}

function moveFocus(event: KeyboardEvent<HTMLOListElement>): void {
  const links = [...event.currentTarget.querySelectorAll('a')];
  const at = links.findIndex((link) => link === document.activeElement);
  const last = links.length - 1;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  links[Math.max(0, Math.min(last, to))]?.focus();
}

interface RowProps {
  readonly request: ListedRequest;
  /** Its place on the timeline; `undefined`: hidden. */
  readonly bar: Bar | undefined;
  readonly isSelected: boolean;
  readonly isTabStop: boolean;
  readonly onFocus: (id: string) => void;
}

const Row = memo(function Row({ request, bar, isSelected, isTabStop, onFocus }: RowProps) {
  const { id, at, via, method, status, durationMs, title, switches } = request;
  return (
    <li>
      <a
        href={`#${id}`}
        id={`request-${id}`}
        data-status={statusClass(status)}
        aria-current={isSelected || undefined}
        tabIndex={isTabStop ? 0 : -1}
        onFocus={() => onFocus(String(id))}
      >
        <span className="status">{status}</span>
        <span className="what">
          <b>{method}</b> {pathWithNames(request)}
        </span>
        <span className="took">{formatMs(durationMs)}</span>
        <span className="why">
          <span>{title}</span>
          {id < 0 && <span className="tag">imported</span>}
          {via !== 'distribution' && <span className="tag">{ENTRY_POINTS[via]}</span>}
          {switches.map((label) => (
            <span className="tag warn" key={label}>
              {label}
            </span>
          ))}
        </span>
        <time dateTime={at}>{formatTime(at)}</time>
        {bar && <TimelineBar bar={bar} />}
      </a>
    </li>
  );
});

/** The time of a request within that of the requests that ran at about the same time. */
function TimelineBar({ bar: { from, width, groupMs, isLast } }: { readonly bar: Bar }) {
  const style = { '--from': `${from}%`, '--took': `${width}%` };
  return (
    <span className="bar-of-time">
      {isLast && <span className="group-time">{formatMs(Math.round(groupMs * 10) / 10)} in all</span>}
      <span className="track" aria-hidden="true">
        <span className="fill" style={style as CSSProperties} />
      </span>
    </span>
  );
}

const STATUSES = {
  '': 'Any status',
  2: '2xx, successful',
  3: '3xx, redirected',
  4: '4xx, client error',
  5: '5xx, server error',
};

const ENTRIES = {
  '': 'Any entry point',
  distribution: 'Site',
  'execute-api': 'API Gateway (direct)',
  'function-url': 'Function URL',
  'invoke-api': 'Invoke API',
  'sign-in': 'Sign-in',
};

interface FilterFormProps {
  readonly filters: Filters;
  readonly requests: readonly ListedRequest[];
}

function FilterForm({ filters, requests }: FilterFormProps) {
  const { path, status, via, service, event, explanation, header } = filters;
  const isAnySet = [service, event, explanation, header].some((value) => value !== '');
  const set = (name: keyof Filters) => (value: string) => setQuery({ [name]: value });
  const options = (
    any: string,
    selected: string,
    valuesOf: (request: ListedRequest) => readonly string[],
  ) => ({
    '': any,
    ...Object.fromEntries(choices(requests, selected, valuesOf).map((value) => [value, value])),
  });
  const titles = new Map(requests.map(({ explanationId, title }) => [explanationId, title]));
  const explained = options('Any explanation', explanation, ({ explanationId }) => [explanationId]);
  return (
    <form
      className="filters"
      role="search"
      aria-label="Filter the requests"
      onSubmit={(submitted) => submitted.preventDefault()}
    >
      <Search label="Path contains" value={path} onChange={set('path')} />
      <Choice label="Status" options={STATUSES} value={status} onChange={set('status')} />
      <Choice label="Entry point" options={ENTRIES} value={via} onChange={set('via')} />
      <details className="wide" open={isAnySet || undefined}>
        <summary>More filters</summary>
        <div className="filters-more">
          <Search label="Header contains" value={header} onChange={set('header')} />
          <Choice
            label="Service"
            options={options('Any service', service, ({ services }) => services)}
            value={service}
            onChange={set('service')}
          />
          <Choice
            label="Event"
            options={options('Any event', event, ({ events }) => events)}
            value={event}
            onChange={set('event')}
          />
          <Choice
            label="Explanation"
            options={Object.fromEntries(
              Object.entries(explained).map(([id, text]) => [
                id,
                id === '' ? text : (titles.get(id) ?? text),
              ]),
            )}
            value={explanation}
            onChange={set('explanation')}
          />
        </div>
      </details>
    </form>
  );
}

interface SearchProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Search({ label, value, onChange }: SearchProps) {
  return (
    <label className="wide">
      <span className="unseen">{label}</span>
      <input
        type="search"
        placeholder={`${label} …`}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}

interface ChoiceProps {
  readonly label: string;
  /** Texts by value. */
  readonly options: Readonly<Record<string, string>>;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Choice({ label, options, value, onChange }: ChoiceProps) {
  return (
    <label>
      <span className="unseen">{label}</span>
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        {Object.entries(options).map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
