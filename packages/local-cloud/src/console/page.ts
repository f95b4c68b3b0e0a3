import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { formatDuration } from '../run/clock';
import { redactText } from './redaction';
import type { ActiveSwitch, SwitchesState } from './switches';
import type { LocalUrls, MapNode, MapPart, TopologyMap } from './topology-map';

interface ClientFile {
  readonly type: string;
  readonly content: Buffer;
}

const PACKAGE = createRequire(import.meta.url).resolve('@spa-on-aws/local-cloud/package.json');

const FOLDER = path.join(path.dirname(PACKAGE), 'console');

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page, with `{{placeholders}}`. */
export const PAGE = readFileSync(path.join(FOLDER, 'page.html'), 'utf8');

/** Reads the files of the page into memory; keys are their paths. */
export function loadClientFiles(): ReadonlyMap<string, ClientFile> {
  return new Map(
    readdirSync(FOLDER).flatMap((name) => {
      const type = TYPES[path.extname(name)];
      return type === undefined
        ? []
        : [[`/client/${name}`, { type, content: readFileSync(path.join(FOLDER, name)) }]];
    }),
  );
}

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
  const { active, api, cache, clock, throttle } = switches;
  const checked = (isChecked: boolean): string => (isChecked ? 'checked' : '');
  const values: Readonly<Record<string, string>> = {
    addresses: addresses(urls).map(address).join(''),
    noFaults: active.length === 0 ? 'hidden' : '',
    faultCount: String(active.length),
    banners: active.map(banner).join(''),
    map: mapHtml(map),
    normal: checked(api.mode === 'normal'),
    down: checked(api.mode === 'down'),
    failing: checked(api.mode === 'failing'),
    delayMs: String(api.delayMs),
    throttled: checked(throttle.forced),
    clockOffset:
      clock.offsetMs === 0 ? 'System time' : `Moved by ${formatDuration(Math.abs(clock.offsetMs))}`,
    clockNow: escapeHtml(clock.now),
    cacheSize: cacheSize(cache),
  };
  return PAGE.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}

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
  function: 'M6 20 12 4M9 12l4 8h4M7 4h3',
  table: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9',
  elsewhere: 'M7 18a4 4 0 0 1-.5-8 6 6 0 0 1 11.5 1.5A3.5 3.5 0 0 1 17.5 18ZM12 11v4M10.5 13.5 12 15l1.5-1.5',
  'user-pool': 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM5 20c.5-4 3.5-5.5 7-5.5s6.5 1.5 7 5.5',
};

function nodeIcon(kind: MapNode['kind']): string {
  return `<svg class="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d="${PATHS[kind]}" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
}
