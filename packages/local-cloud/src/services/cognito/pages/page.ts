import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Markup with all values escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = string | number | Html | readonly Html[] | undefined | false;

/** Builds markup. Escapes values, except markup; omits `undefined` and `false`. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(render)));
}

function render(value: Value): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value));
  return value.map(({ text }) => text).join('');
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export interface Page {
  readonly title: string;
  readonly body: Html;
  readonly footnote: string;
  /** CSP sources that forms may submit and redirect to; absent on pages without a form. */
  readonly formTargets?: readonly string[];
}

const PACKAGE = createRequire(import.meta.url).resolve('@spa-on-aws/local-cloud/package.json');
const CSS = readFileSync(path.join(path.dirname(PACKAGE), 'sign-in-pages/style.css'), 'utf8');
// Not in the template below: white space around the style would change its digest.
const STYLE = new Html(`<style>${CSS}</style>`);
const STYLE_DIGEST = createHash('sha256').update(CSS).digest('base64');

/** Sends a page that runs no script, cannot be framed and is not cached. */
export function sendPage(response: ServerResponse, status: number, page: Page): void {
  const formAction = page.formTargets ? ["'self'", ...page.formTargets].join(' ') : "'none'";
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      `default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; img-src data:; form-action ${formAction}; ` +
      `frame-ancestors 'none'; base-uri 'none'`,
    'Content-Type': 'text/html;charset=UTF-8',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  });
  response.end(document(page).text);
}

function document({ title, body, footnote }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${STYLE}
      </head>
      <body>
        <main>${body}</main>
        <footer>${footnote}</footer>
      </body>
    </html>`;
}
