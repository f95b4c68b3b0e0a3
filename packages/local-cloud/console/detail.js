import { byId, entryPointName, el, pathWithNames, formatMs, statusClass } from './dom.js';

/**
 * @typedef {import('../src/console/request-view').RequestView} RequestView
 * @typedef {import('../src/console/request-view').HopView} HopView
 * @typedef {import('../src/console/request-view').HeaderChangeView} HeaderChangeView
 */

/** The selected request, hop by hop. */
export class Detail {
  #place = byId('detail', HTMLElement);
  #onClose;

  /** @param {{ onClose: () => void }} actions */
  constructor({ onClose }) {
    this.#onClose = onClose;
    this.#place.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') onClose();
    });
  }

  /** @param {RequestView} request */
  show(request) {
    this.#place.replaceChildren(...this.#content(request));
  }

  /** Focuses the request. */
  focus() {
    this.#place.focus({ preventScroll: true });
    if (this.#place.getBoundingClientRect().top > innerHeight * 0.8) this.#place.scrollIntoView();
  }

  /** @param {string} message */
  say(message) {
    this.#place.replaceChildren(el('p', { class: 'empty' }, message));
  }

  close() {
    this.say('Select a request to see what each service did with it, and why.');
  }

  /** @param {RequestView} request */
  #content(request) {
    const close = el('button', { type: 'button', 'aria-label': 'Close the request' }, '✕');
    close.addEventListener('click', this.#onClose);
    return [
      el(
        'div',
        { class: 'bar' },
        el(
          'h2',
          { class: 'subject', 'data-status': statusClass(request.status) },
          el('span', { class: 'status' }, String(request.status)),
          ' ',
          el('span', { class: 'technical' }, `${request.method} ${pathWithNames(request)}`),
        ),
        close,
      ),
      el('p', { class: 'hint' }, circumstances(request)),
      ...request.switches.map((label) => el('p', { class: 'switched' }, `Active at that time: ${label}.`)),
      explanation(request),
      el('h3', {}, 'What happened, hop by hop'),
      hops(request),
      ...logLines(request),
      el('p', { class: 'hint' }, el('a', { href: `/requests/${request.id}` }, 'Show as JSON')),
    ].filter((part) => part !== undefined);
  }
}

/** @param {RequestView} request */
function circumstances({ at, via, durationMs, queryNames, cookieNames }) {
  const parts = [
    `${new Date(at).toLocaleTimeString(undefined, { hour12: false })} at the ${entryPointName(via)}`,
    `${formatMs(durationMs)} in total`,
  ];
  if (cookieNames.length > 0) parts.push(`with the cookies ${cookieNames.join(', ')}`);
  if (queryNames.length > 0 || cookieNames.length > 0) parts.push('values are not stored');
  return `${parts.join(' · ')}.`;
}

/** @param {RequestView} request */
function explanation({ explanation: found, status }) {
  if (!found) return undefined;
  return el(
    'section',
    { class: 'explanation', 'data-status': statusClass(status), 'aria-label': 'Explanation' },
    el('h3', {}, found.title),
    el('p', {}, found.text),
    el('p', { class: 'do' }, el('strong', {}, 'What to do: '), found.whatToDo),
  );
}

/** @param {RequestView} request */
function hops(request) {
  const endMs = Math.max(request.durationMs, ...request.hops.map(({ atMs }) => atMs), 0.1);
  return el(
    'ol',
    { class: 'hops' },
    ...request.hops.map((hop) => hopItem(hop, endMs)),
    el(
      'li',
      { class: 'hop answered', 'data-status': statusClass(request.status) },
      el(
        'div',
        { class: 'hop-head' },
        el('h4', {}, 'Response'),
        bar(request.hops.at(-1)?.atMs ?? 0, request.durationMs, endMs),
      ),
      el('p', {}, `${request.status} was sent after ${formatMs(request.durationMs)}.`),
    ),
  );
}

/** @param {HopView} hop @param {number} endMs */
function hopItem(hop, endMs) {
  return el(
    'li',
    { class: hop.deciding ? 'hop deciding' : 'hop' },
    el('div', { class: 'hop-head' }, el('h4', {}, hop.service), bar(hop.fromMs, hop.atMs, endMs)),
    el('p', { class: 'note' }, hop.note),
    facts(hop.facts),
    token(hop),
    headers(hop.headers),
  );
}

/** Draws a time span within the whole. @param {number} fromMs @param {number} toMs @param {number} endMs */
function bar(fromMs, toMs, endMs) {
  const took = Math.max(0, toMs - fromMs);
  const fill = el('span', { class: 'fill' });
  fill.style.setProperty('--from', `${(100 * fromMs) / endMs}%`);
  fill.style.setProperty('--took', `${(100 * took) / endMs}%`);
  return el(
    'span',
    { class: 'time' },
    el('span', { class: 'track', 'aria-hidden': 'true' }, fill),
    el('span', { class: 'took' }, took < 0.1 ? '< 0.1 ms' : formatMs(Math.round(took * 10) / 10)),
  );
}

/** @param {Readonly<Record<string, string>>} given */
function facts(given) {
  const entries = Object.entries(given);
  if (entries.length === 0) return undefined;
  return el(
    'dl',
    { class: 'facts' },
    ...entries.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, factValue(value))]),
  );
}

/** Shows a value; a JSON object, such as a line of an access log, is collapsed. @param {string} value */
function factValue(value) {
  if (!value.startsWith('{')) return value;
  try {
    const text = JSON.stringify(JSON.parse(value), null, 2);
    return el('details', {}, el('summary', {}, 'Show'), el('pre', {}, text));
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

/** @param {HopView} hop */
function token({ token: found, deciding }) {
  if (!found) return undefined;
  return el(
    'details',
    { class: 'more', open: deciding },
    el('summary', {}, `${found.kind}: ${found.summary}`),
    el(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Claims of the ${found.kind}` },
      el(
        'table',
        {},
        el('thead', {}, tableRow('th', ['Claim', 'Value', 'Meaning'])),
        el(
          'tbody',
          {},
          ...found.claims.map(({ name, value, meaning }) =>
            el(
              'tr',
              {},
              el('th', { scope: 'row' }, name),
              el('td', { class: 'technical' }, value),
              el('td', {}, meaning),
            ),
          ),
        ),
      ),
    ),
    el('p', { class: 'hint' }, 'Decoded, without the signature: it cannot be used as a token.'),
  );
}

/** @param {'th' | 'td'} tag @param {readonly string[]} cells */
function tableRow(tag, cells) {
  return el('tr', {}, ...cells.map((cell) => el(tag, tag === 'th' ? { scope: 'col' } : {}, cell)));
}

const SIGNS = { added: '+', changed: '~', removed: '−' };

/** @param {readonly HeaderChangeView[]} changes */
function headers(changes) {
  if (changes.length === 0) return undefined;
  const ops = /** @type {const} */ (['removed', 'added', 'changed']);
  const counts = ops
    .map((op) => [changes.filter((change) => change.op === op).length, op])
    .filter(([count]) => count !== 0)
    .map(([count, op]) => `${count} ${op}`);
  const groups = /** @type {const} */ (['request', 'response']).flatMap((on) => {
    const own = changes.filter((change) => change.on === on);
    const settings = [...new Set(own.map(({ by }) => by))];
    return settings.map((by) =>
      headerGroup(
        `${on === 'request' ? 'Request' : 'Response'} headers changed by ${by}`,
        own.filter((change) => change.by === by),
      ),
    );
  });
  return el('details', { class: 'more' }, el('summary', {}, `Headers: ${counts.join(', ')}`), ...groups);
}

/** @param {string} title @param {readonly HeaderChangeView[]} changes */
function headerGroup(title, changes) {
  const sorted = [...changes].sort((a, b) => b.op.localeCompare(a.op) || a.name.localeCompare(b.name));
  return el(
    'section',
    { class: 'headers' },
    el('h5', {}, title),
    el(
      'ul',
      {},
      ...sorted.map(({ op, name, value }) =>
        el(
          'li',
          { 'data-op': op },
          el('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[op]),
          el('span', { class: 'unseen' }, `${op} `),
          el('code', {}, value === undefined ? name : `${name}: ${value}`),
        ),
      ),
    ),
  );
}

/** @param {RequestView} request */
function logLines({ logLines: lines }) {
  if (lines.length === 0) return [];
  return [
    el('h3', {}, 'Log lines of the API'),
    el(
      'ol',
      { class: 'log' },
      ...lines.map(({ container, level, message, fields }) =>
        el(
          'li',
          { 'data-level': level ?? 'info' },
          el(
            'p',
            {},
            el('span', { class: 'level' }, level ?? 'text'),
            ' ',
            message,
            ' ',
            el('span', { class: 'hint' }, container),
          ),
          Object.keys(fields).length === 0
            ? undefined
            : el(
                'pre',
                { tabindex: '0', 'aria-label': 'Fields of the log line' },
                JSON.stringify(fields, null, 2),
              ),
        ),
      ),
    ),
  ];
}
