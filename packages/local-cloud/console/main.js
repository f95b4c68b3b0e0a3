import { Detail } from './detail.js';
import { byId, statusClass } from './dom.js';
import { RequestList } from './request-list.js';
import { Topology } from './topology.js';
import { Switchboard } from './switchboard.js';

/** Container log lines arrive a moment after the response. */
const LATE_LINES_MS = 600;

const live = byId('live', HTMLElement);
const map = new Topology();
const switchboard = new Switchboard();
const detail = new Detail({ onClose: closeRequest });
const list = new RequestList({ onClear: () => void clearRequests() });

/** @returns {number | undefined} id of the request in the URL */
function namedRequest() {
  const [, id] = /^#(\d+)$/.exec(location.hash) ?? [];
  return id === undefined ? undefined : Number(id);
}

/** Shows the request in the URL, or none. @param {{ focus: boolean }} options */
async function openNamed({ focus }) {
  const id = namedRequest();
  list.markOpen(id);
  if (id === undefined) {
    detail.close();
    map.show([], '');
    return;
  }
  const response = await fetch(`/requests/${id}`);
  if (id !== namedRequest()) return;
  const found = await response.json();
  if (!response.ok) {
    detail.say(found.error);
    map.show([], '');
    return;
  }
  detail.show(found);
  map.show(found.requestPath, statusClass(found.status));
  if (focus) detail.focus();
  const justNow = Date.now() - Date.parse(found.at) < LATE_LINES_MS;
  if (justNow) setTimeout(() => id === namedRequest() && void openNamed({ focus: false }), LATE_LINES_MS);
}

function closeRequest() {
  const id = namedRequest();
  history.pushState(null, '', location.pathname);
  void openNamed({ focus: false });
  if (id !== undefined) list.focus(id);
}

async function clearRequests() {
  await fetch('/requests', { method: 'DELETE', headers: { 'Content-Type': 'application/json' } });
}

/** @param {'on' | 'waiting'} state @param {string} text */
function showLive(state, text) {
  live.dataset['state'] = state;
  live.textContent = text;
}

/** @type {EventSource | undefined} */
let events;

function listen() {
  events = new EventSource('/events');
  /** @param {string} type @param {(data: any) => void} take */
  const on = (type, take) =>
    events?.addEventListener(type, (event) =>
      take(JSON.parse(/** @type {MessageEvent<string>} */ (event).data)),
    );
  events.addEventListener('open', () => showLive('on', 'Live'));
  events.addEventListener('error', () => {
    showLive('waiting', 'The local cloud does not respond. Retrying …');
    // A browser does not reconnect after a response that is not an event stream.
    if (events?.readyState === EventSource.CLOSED) setTimeout(listen, 2_000);
  });
  on('snapshot', ({ requests, switches }) => {
    list.replace(requests);
    switchboard.show(switches);
    if (namedRequest() !== undefined) void openNamed({ focus: false });
  });
  on('requests', (requests) => list.add(requests));
  on('cleared', () => list.clear());
  on('switches', (state) => switchboard.show(state));
  on('template', () => location.reload());
}

// A browser has few connections per origin: a hidden page closes its own.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) events?.close();
  else if (events?.readyState === EventSource.CLOSED) listen();
});
addEventListener('hashchange', () => void openNamed({ focus: true }));
listen();
