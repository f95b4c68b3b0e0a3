import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { html, Html } from './html';
import { PAGE_STYLE } from './page-style';

/** A page of the login domain. */
export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Said below the page in small letters. */
  readonly footnote: string;
  /** Where forms may lead, redirects after them included: CSP sources. Without any, the page has no form. */
  readonly formTargets?: readonly string[];
}

const STYLE_DIGEST = createHash('sha256').update(PAGE_STYLE).digest('base64');

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b5cd5"/>' +
  '<path d="M16 6l8 3v6c0 5.2-3.3 9-8 11-4.7-2-8-5.8-8-11V9z" fill="none" stroke="#fff" stroke-width="2.25" stroke-linejoin="round"/>' +
  '<path d="M12.5 15.5l2.6 2.6 4.6-4.8" fill="none" stroke="#fff" stroke-width="2.25" stroke-linecap="round" stroke-linejoin="round"/></svg>';

/** The sign at the top of a page, nothing to read aloud. */
export const MARK = new Html(ICON.replace('<svg ', '<svg class="mark" aria-hidden="true" '));

/** Sends a page that runs no script, cannot be framed and is not kept. */
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
        <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}" />
        <style>
          ${new Html(PAGE_STYLE)}
        </style>
      </head>
      <body>
        <main>${body}</main>
        <footer><p>${footnote}</p></footer>
      </body>
    </html>`;
}
