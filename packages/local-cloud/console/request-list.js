import { byId, entryPointName, el, pathWithNames, formatMs, statusClass } from './dom.js';

/** @typedef {import('../src/console/request-view').RequestSummary} RequestSummary */

const KEPT = 200;

/** The list of requests: newest first, filtered; unchanged while paused. */
export class RequestList {
  /** @type {RequestSummary[]} newest first */
  #requests = [];
  /** @type {RequestSummary[]} arrived while paused, newest first */
  #waiting = [];
  #paused = false;
  /** @type {number | undefined} */
  #openId;
  /** @type {number | undefined} id of the row that was focused last */
  #focusedId;
  /** @type {Map<number, HTMLElement>} */
  #rows = new Map();
  #list = byId('list', HTMLOListElement);
  #count = byId('request-count', HTMLElement);
  #empty = byId('no-requests', HTMLElement);
  #pause = byId('pause', HTMLButtonElement);
  #filters = byId('filters', HTMLFormElement);

  /** @param {{ onClear: () => void }} actions */
  constructor({ onClear }) {
    this.#pause.addEventListener('click', () => this.#togglePause());
    byId('clear', HTMLButtonElement).addEventListener('click', onClear);
    this.#filters.addEventListener('submit', (event) => event.preventDefault());
    this.#filters.addEventListener('input', () => this.#render());
    this.#list.addEventListener('keydown', (event) => this.#onKey(event));
    this.#list.addEventListener('focusin', ({ target }) => {
      this.#focusedId = [...this.#rows].find(([, row]) => row.contains(/** @type {Node} */ (target)))?.[0];
      this.#renderTabStop();
    });
  }

  /** @param {readonly RequestSummary[]} requests newest first */
  replace(requests) {
    if (this.#paused) {
      const known = new Set(this.#requests.map(({ id }) => id));
      this.#waiting = requests.filter(({ id }) => !known.has(id));
      this.#renderPause();
      return;
    }
    this.#requests = [...requests];
    this.#render();
  }

  /** @param {readonly RequestSummary[]} requests oldest first */
  add(requests) {
    const target = this.#paused ? this.#waiting : this.#requests;
    target.unshift(...[...requests].reverse());
    target.length = Math.min(target.length, KEPT);
    if (this.#paused) this.#renderPause();
    else this.#render();
  }

  clear() {
    this.#requests = [];
    this.#waiting = [];
    this.#render();
    this.#renderPause();
  }

  /** Marks the row of the selected request. @param {number | undefined} id */
  markOpen(id) {
    this.#openId = id;
    for (const [rowId, row] of this.#rows) markRow(row, rowId === id);
    this.#renderTabStop();
  }

  /** Tab stops at one row only, arrow keys reach the others: two hundred stops are too many. */
  #renderTabStop() {
    const stop = [this.#focusedId, this.#openId].find((id) => id !== undefined && this.#rows.has(id));
    const [first] = this.#rows.keys();
    for (const [id, row] of this.#rows) {
      row.querySelector('a')?.setAttribute('tabindex', id === (stop ?? first) ? '0' : '-1');
    }
  }

  /** Focuses the row of a request. @param {number} id */
  focus(id) {
    this.#rows.get(id)?.querySelector('a')?.focus();
  }

  #togglePause() {
    this.#paused = !this.#paused;
    if (!this.#paused) {
      this.#requests.unshift(...this.#waiting.splice(0));
      this.#requests.length = Math.min(this.#requests.length, KEPT);
      this.#render();
    }
    this.#renderPause();
  }

  #renderPause() {
    const waiting = this.#waiting.length;
    this.#pause.setAttribute('aria-pressed', String(this.#paused));
    this.#pause.textContent = this.#paused ? `Resume${waiting > 0 ? ` (${waiting} new)` : ''}` : 'Pause';
  }

  #matching() {
    const filters = new FormData(this.#filters);
    const path = String(filters.get('path') ?? '').toLowerCase();
    const status = String(filters.get('status') ?? '');
    const via = String(filters.get('via') ?? '');
    return this.#requests.filter(
      (request) =>
        `${request.method} ${request.path}`.toLowerCase().includes(path) &&
        statusClass(request.status).startsWith(status) &&
        (via === '' || request.via === via),
    );
  }

  #render() {
    const shown = this.#matching();
    const all = this.#requests.length;
    this.#count.textContent = shown.length === all ? String(all) : `${shown.length} of ${all}`;
    this.#empty.hidden = shown.length > 0;
    this.#empty.textContent =
      all === 0
        ? 'No requests yet. Open the site, and they appear here.'
        : `None of the ${all} requests matches the filter.`;
    const rows = new Map(shown.map((request) => [request.id, this.#rows.get(request.id) ?? rowOf(request)]));
    for (const [id, row] of this.#rows) if (!rows.has(id)) row.remove();
    let at = this.#list.firstElementChild;
    for (const row of rows.values()) {
      if (row === at) at = at.nextElementSibling;
      else this.#list.insertBefore(row, at);
    }
    this.#rows = rows;
    this.markOpen(this.#openId);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const links = [...this.#list.querySelectorAll('a')];
    const at = links.findIndex((link) => link === document.activeElement);
    const last = links.length - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    links[Math.max(0, Math.min(last, to))]?.focus();
  }
}

/** @param {HTMLElement} row @param {boolean} open */
function markRow(row, open) {
  const link = row.querySelector('a');
  if (open) link?.setAttribute('aria-current', 'true');
  else link?.removeAttribute('aria-current');
}

/** @param {RequestSummary} request */
function rowOf(request) {
  const { id, at, via, method, status, durationMs, title, switches } = request;
  return el(
    'li',
    {},
    el(
      'a',
      { href: `#${id}`, 'data-status': statusClass(status) },
      el('span', { class: 'status' }, String(status)),
      el('span', { class: 'what' }, el('b', {}, method), ' ', pathWithNames(request)),
      el('span', { class: 'took' }, formatMs(durationMs)),
      el(
        'span',
        { class: 'why' },
        el('span', {}, title),
        via === 'distribution' ? undefined : el('span', { class: 'tag' }, entryPointName(via)),
        ...switches.map((label) => el('span', { class: 'tag warn' }, label)),
      ),
      el('time', { datetime: at }, localTime(at)),
    ),
  );
}

/** @param {string} iso */
function localTime(iso) {
  return new Date(iso).toLocaleTimeString(undefined, { hour12: false });
}
