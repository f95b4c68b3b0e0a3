import { type KeyboardEvent, memo, useState } from 'react';
import type { RequestSummary } from '../../src/console/request-view';
import { type Filters, setFilters, useAddress } from './address';
import { ENTRY_POINTS, formatMs, formatTime, pathWithNames, statusClass } from './format';
import type { Live } from './live';

interface RequestListProps {
  readonly live: Live;
  readonly selected: string | undefined;
  readonly onPause: () => void;
  readonly onClear: () => void;
}

/** The list of requests: newest first, filtered; unchanged while paused. */
export function RequestList({ live, selected, onPause, onClear }: RequestListProps) {
  const { filters } = useAddress();
  const [focusedId, setFocusedId] = useState<string>();
  const { requests, waiting, isPaused } = live;
  const shown = requests.filter((request) => matches(request, filters));
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
        <button type="button" aria-pressed={isPaused} onClick={onPause}>
          {isPaused ? `Resume${waiting.length > 0 ? ` (${waiting.length} new)` : ''}` : 'Pause'}
        </button>
        <button type="button" onClick={onClear}>
          Clear
        </button>
      </div>
      <FilterForm filters={filters} />
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
            isSelected={String(request.id) === selected}
            isTabStop={String(request.id) === tabStop}
            onFocus={setFocusedId}
          />
        ))}
      </ol>
    </section>
  );
}

function matches({ method, path, status, via }: RequestSummary, filters: Filters): boolean {
  return (
    `${method} ${path}`.toLowerCase().includes(filters.path.toLowerCase()) &&
    statusClass(status).startsWith(filters.status) &&
    (filters.via === '' || via === filters.via)
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
  readonly request: RequestSummary;
  readonly isSelected: boolean;
  readonly isTabStop: boolean;
  readonly onFocus: (id: string) => void;
}

const Row = memo(function Row({ request, isSelected, isTabStop, onFocus }: RowProps) {
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
          {via !== 'distribution' && <span className="tag">{ENTRY_POINTS[via]}</span>}
          {switches.map((label) => (
            <span className="tag warn" key={label}>
              {label}
            </span>
          ))}
        </span>
        <time dateTime={at}>{formatTime(at)}</time>
      </a>
    </li>
  );
});

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
  'sign-in': 'Sign-in',
};

function FilterForm({ filters }: { readonly filters: Filters }) {
  const set = (name: keyof Filters) => (value: string) => setFilters({ ...filters, [name]: value });
  return (
    <form
      className="filters"
      role="search"
      aria-label="Filter the requests"
      onSubmit={(event) => event.preventDefault()}
    >
      <label className="wide">
        <span className="unseen">Path contains</span>
        <input
          type="search"
          placeholder="Path contains …"
          autoComplete="off"
          spellCheck={false}
          value={filters.path}
          onChange={({ target }) => set('path')(target.value)}
        />
      </label>
      <Choice label="Status" options={STATUSES} value={filters.status} onChange={set('status')} />
      <Choice label="Entry point" options={ENTRIES} value={filters.via} onChange={set('via')} />
    </form>
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
