import { createHash } from 'node:crypto';
import type { AnsweredRequest } from './request-log';

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8dee9, #2b3445); --muted: light-dark(#5b6577, #98a3b8);
  --ok: light-dark(#0b6b3a, #6fd49c); --bad: light-dark(#a8201a, #ff9d97); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
  background: light-dark(#fff, #10151f); color: light-dark(#1b2330, #e6ebf5); }
h1 { font-size: 1.4rem; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt, .muted { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .4rem .6rem;
  border-bottom: 1px solid var(--line); } th { font-weight: 600; } ul { margin: 0; padding-left: 1.1rem; }
.status { font-variant-numeric: tabular-nums; font-weight: 600; color: var(--ok); } .bad { color: var(--bad); }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
`;

/** Policy of the page: its own style, nothing else. */
export const CONSOLE_CSP = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

/** The console: where everything listens, and what happened to the last requests. */
export function consolePage(
  urls: readonly (readonly [name: string, url: string])[],
  requests: readonly AnsweredRequest[],
): string {
  const links = urls.map(
    ([name, url]) =>
      `<dt>${escapeHtml(name)}</dt><dd><a href="${escapeHtml(url)}">${escapeHtml(url)}</a></dd>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Local cloud</title><style>${STYLE}</style></head>
<body>
<main>
<h1>Local cloud</h1>
<dl>${links.join('')}</dl>
<h2>Requests</h2>
<p class="muted">The newest first. <a href="/">Reload</a> to see more, <a href="/requests">or read them as JSON</a>.</p>
<table>
<thead><tr><th scope="col">Time</th><th scope="col">Request</th><th scope="col">Status</th><th scope="col">What happened</th></tr></thead>
<tbody>${requests.map(row).join('\n') || '<tr><td colspan="4">None yet.</td></tr>'}</tbody>
</table>
</main>
</body>
</html>
`;
}

function row(request: AnsweredRequest): string {
  const hops = request.hops.map(
    ({ service, note }) => `<li><b>${escapeHtml(service)}</b> ${escapeHtml(note)}</li>`,
  );
  return `<tr><td><time datetime="${request.at}">${request.at.slice(11, 19)}</time></td>
<td><code>${escapeHtml(request.method)} ${escapeHtml(request.path)}</code><br><span class="muted">${request.via}, ${request.durationMs} ms</span></td>
<td class="status${request.status >= 400 ? ' bad' : ''}">${request.status}</td><td><ul>${hops.join('')}</ul></td></tr>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
