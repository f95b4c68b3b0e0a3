import { formatDuration } from '../run/clock';
import { STYLES } from './client-files';
import { redactText } from './redaction';
import type { ActiveSwitch, SwitchesState } from './switches';
import type { LocalUrls, MapNode, MapPart, TopologyMap } from './topology-map';

/** Content-Security-Policy of the page: only its own files. */
export const CONSOLE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Renders the console's page: the picture, and places for requests and fault injection, which its script fills. */
export function consolePage(map: TopologyMap, urls: LocalUrls, switches: SwitchesState): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Local cloud</title>
<link rel="icon" href="/client/icon.svg" type="image/svg+xml">
${STYLES.map((name) => `<link rel="stylesheet" href="/client/${name}">`).join('\n')}
<script type="module" src="/client/main.js"></script>
</head>
<body>
<a class="skip" href="#requests">Skip to the requests</a>
<header class="top">
<h1>${MARK}Local cloud</h1>
<nav aria-label="Local addresses">
<ul>${addresses(urls).map(address).join('')}</ul>
</nav>
<p class="live" id="live" role="status" data-state="waiting">Connecting …</p>
<button type="button" id="switches-button" aria-expanded="false" aria-controls="switches">Fault injection <span class="count" id="active-count"${switches.active.length === 0 ? ' hidden' : ''}>${switches.active.length}</span></button>
</header>
<section class="banners" id="banners" aria-label="Active faults" aria-live="polite">${switches.active.map(banner).join('')}</section>
<div class="stage">
<main>
<details class="map" open>
<summary><h2>Request path</h2><span class="hint" id="map-hint">Select a request to see its path.</span></summary>
${mapHtml(map)}
</details>
<div class="columns">
${REQUESTS}
<section class="detail" id="detail" aria-label="Request" tabindex="-1">
<p class="empty">Select a request to see what each service did with it, and why.</p>
</section>
</div>
</main>
${switchboard(switches)}
</div>
<noscript><p class="empty">The list of requests needs JavaScript; <a href="/requests">the JSON version</a> does not.</p></noscript>
</body>
</html>
`;
}

const MARK = `<svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true"><path d="M7 18.5a4.5 4.5 0 0 1-.6-8.96 6 6 0 0 1 11.5 1.5A3.75 3.75 0 0 1 17.25 18.5Z" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round"/></svg>`;

function addresses({ distributions, restApis, signIn }: LocalUrls): (readonly [name: string, url: string])[] {
  const named = (name: string, urls: ReadonlyMap<string, string>): (readonly [string, string])[] =>
    [...urls].map(([logicalId, url]) => [urls.size > 1 ? `${name} ${logicalId}` : name, url]);
  return [...named('Site', distributions), ...named('API', restApis), ['Sign-in', signIn] as const].filter(
    ([, url]) => url !== '',
  );
}

function address([name, url]: readonly [name: string, url: string]): string {
  return `<li>${name} <a href="${escapeHtml(url)}" target="_blank" rel="noreferrer">${escapeHtml(url.replace(/^https?:\/\//, ''))}</a></li>`;
}

function banner({ label, text }: ActiveSwitch): string {
  return `<div class="banner"><p><strong>${escapeHtml(label)}</strong> ${escapeHtml(text)}</p></div>`;
}

function mapHtml({ nodes, edges }: TopologyMap): string {
  const nameOf = new Map(nodes.map(({ id, name }) => [id, name]));
  const leadsTo = (id: string): string => {
    const names = edges.flatMap(({ from, to }) => (from === id ? [nameOf.get(to) ?? ''] : []));
    return names.length === 0
      ? ''
      : `<span class="unseen">, leads to ${escapeHtml(names.join(' and '))}</span>`;
  };
  const columns = [1, 2, 3, 4, 5].map((column) => nodes.filter((node) => node.column === column));
  return `<div class="map-body">
<svg class="arrows" id="arrows" aria-hidden="true" data-edges="${escapeHtml(JSON.stringify(edges))}"></svg>
${columns
  .filter((column) => column.length > 0)
  .map((column) => `<ul class="column">${column.map((node) => nodeHtml(node, leadsTo)).join('')}</ul>`)
  .join('\n')}
</div>`;
}

function nodeHtml(node: MapNode, leadsTo: (id: string) => string): string {
  const { id, kind, name, role, url, facts, parts } = node;
  const link =
    url === ''
      ? ''
      : `<p class="url"><a href="${escapeHtml(url)}" target="_blank" rel="noreferrer">${escapeHtml(url.replace(/^https?:\/\//, ''))}</a></p>`;
  return `<li class="node" data-kind="${kind}" data-node="${escapeHtml(id)}">
<h3>${nodeIcon(kind)}<span>${breakable(shown(name))}</span></h3>
<p class="role">${shown(role)}${leadsTo(id)}</p>${link}
${facts.length === 0 ? '' : `<ul class="facts">${facts.map((fact) => `<li>${shown(fact)}</li>`).join('')}</ul>`}
${parts.length === 0 ? '' : `<ul class="parts">${parts.map((part) => partHtml(part, leadsTo)).join('')}</ul>`}
</li>`;
}

function partHtml({ id, title, facts, policies }: MapPart, leadsTo: (id: string) => string): string {
  const list = policies.map(
    ([effect, name]) =>
      `<span class="policy"><span>${effect}</span> <code title="${shown(name)}">${shown(name)}</code></span>`,
  );
  return `<li data-node="${escapeHtml(id)}"><code class="part">${shown(title)}</code><span class="part-facts">${facts.map((fact) => `<span>${shown(fact)}</span>`).join('')}</span>${list.join('')}${leadsTo(id)}</li>`;
}

const REQUESTS = `<section class="requests" id="requests" aria-labelledby="requests-title" tabindex="-1">
<div class="bar">
<h2 id="requests-title">Requests <span class="count" id="request-count">0</span></h2>
<button type="button" id="pause" aria-pressed="false">Pause</button>
<button type="button" id="clear">Clear</button>
</div>
<form class="filters" id="filters" role="search" aria-label="Filter the requests">
<label class="wide"><span class="unseen">Path contains</span><input type="search" name="path" placeholder="Path contains …" autocomplete="off" spellcheck="false"></label>
<label><span class="unseen">Status</span><select name="status">
<option value="">Any status</option><option value="2">2xx, successful</option><option value="3">3xx, redirected</option><option value="4">4xx, client error</option><option value="5">5xx, server error</option>
</select></label>
<label><span class="unseen">Entry point</span><select name="via">
<option value="">Any entry point</option><option value="distribution">Site</option><option value="execute-api">API Gateway (direct)</option><option value="sign-in">Sign-in</option>
</select></label>
</form>
<p class="empty" id="no-requests">No requests yet. Open the site, and they appear here.</p>
<ol class="list" id="list"></ol>
</section>`;

function switchboard({ clock, api, throttle, cache }: SwitchesState): string {
  const mode = (value: SwitchesState['api']['mode'], name: string, text: string): string =>
    `<label class="choice"><input type="radio" name="mode" value="${value}"${api.mode === value ? ' checked' : ''}><span>${name}<small>${text}</small></span></label>`;
  const action = (id: string, name: string, text: string): string =>
    `<div class="action"><p>${text}</p><button type="button" data-action="${id}">${name}</button></div>`;
  return `<aside class="switches" id="switches" aria-labelledby="switches-title" hidden>
<div class="bar"><h2 id="switches-title" tabindex="-1">Fault injection</h2><button type="button" id="reset-all" data-action="reset">Reset all</button><button type="button" id="close-switches" aria-label="Close fault injection">✕</button></div>
<p class="hint">Try what is hard to try on AWS. Tests use the same switches at <a href="/switches"><code>/switches</code></a>.</p>
<p class="message" id="message" role="status"></p>
<fieldset><legend>API</legend>
${mode('normal', 'Normal', 'no fault')}
${mode('down', 'Down', 'no healthy container: 503')}
${mode('failing', 'Failing', 'every call fails with 500')}
<form class="inline" id="delay"><label>Delay <input type="number" name="delayMs" min="0" max="120000" step="100" value="${api.delayMs}" inputmode="numeric"> ms</label><button>Set</button></form>
<label class="choice"><input type="checkbox" name="throttle"${throttle.forced ? ' checked' : ''}><span>Throttled<small>API Gateway answers 429</small></span></label>
</fieldset>
<fieldset><legend>Clock</legend>
<p class="reading"><output id="clock-offset">${clock.offsetMs === 0 ? 'System time' : `Moved by ${formatDuration(Math.abs(clock.offsetMs))}`}</output> <output class="technical" id="clock-now">${escapeHtml(clock.now)}</output></p>
<div class="inline"><button type="button" data-advance="300000">+5 min</button><button type="button" data-advance="3600000">+1 h</button><button type="button" data-clock-reset>Reset</button></div>
<form class="inline" id="advance"><label>Move by <input type="number" name="minutes" min="-5000000" max="5000000" step="1" value="60" inputmode="numeric"> min</label><button>Move</button></form>
</fieldset>
<fieldset><legend>Sign-in</legend>
${action('expire-tokens', 'Expire tokens', 'Treat all current tokens as expired.')}
${action('revoke-tokens', 'Revoke tokens', 'Revoke all refresh tokens, as after a forced sign-out.')}
${action('rotate-signing-keys', 'Rotate keys', 'Sign with new keys; existing tokens become invalid.')}
${action('reset-users', 'Reset users', 'Undo lockouts, password changes and MFA enrolments.')}
</fieldset>
<fieldset><legend>Cache</legend>
<p class="reading"><output id="cache-size">${cacheSize(cache)}</output></p>
<form class="inline" id="purge"><label>Path <input name="path" placeholder="all, or e.g. /assets/*" autocomplete="off" spellcheck="false"></label><button>Purge</button></form>
</fieldset>
</aside>`;
}

function cacheSize({ entries, bytes }: SwitchesState['cache']): string {
  return `${entries} ${entries === 1 ? 'response' : 'responses'}, ${Math.round(bytes / 1_024)} kB`;
}

/** Allows line breaks between the words of a long name. */
const breakable = (html: string): string => html.replace(/(?<=[a-z])(?=[A-Z])/g, '<wbr>');

const shown = (text: string): string => escapeHtml(redactText(text));

function escapeHtml(text: string): string {
  return text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const PATHS: Readonly<Record<MapNode['kind'], string>> = {
  browser: 'M3 5h18v14H3zM3 9h18M6 7h.01M8.5 7h.01',
  distribution: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  bucket: 'M4 6c0-1.7 16-1.7 16 0l-2 13c-.2 1.6-11.8 1.6-12 0ZM4 6c0 1.7 16 1.7 16 0',
  api: 'M4 21V4l10-1v19zM14 5h5v16H3M11 12h.01',
  authorizer: 'M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM9 12l2 2 4-4',
  'load-balancer': 'M3 12h6M9 12l6-6h6M9 12l6 6h6M9 12h12',
  container: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9',
  table: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9',
  elsewhere: 'M7 18a4 4 0 0 1-.5-8 6 6 0 0 1 11.5 1.5A3.5 3.5 0 0 1 17.5 18ZM12 11v4M10.5 13.5 12 15l1.5-1.5',
  'user-pool': 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM5 20c.5-4 3.5-5.5 7-5.5s6.5 1.5 7 5.5',
};

function nodeIcon(kind: MapNode['kind']): string {
  return `<svg class="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d="${PATHS[kind]}" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
}
