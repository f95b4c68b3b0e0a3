import type { APIRequestContext, Page } from '@playwright/test';

/** Something a good page does, and whether this one does. */
export interface Practice {
  readonly name: string;
  readonly followed: boolean;
}

/** What search engines, browsers and people expect of any page, looked for on this one. */
export async function goodPractice(page: Page, request: APIRequestContext): Promise<Practice[]> {
  const answer = await request.get(page.url());
  const headers = answer.headers();
  const html = await answer.text();
  const { origin, protocol, hostname } = new URL(page.url());
  const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
  const answers = await Promise.all(
    assets.map((path) => request.get(origin + path, { headers: { 'accept-encoding': 'gzip, br' } })),
  );
  const robots = await request.get(`${origin}/robots.txt`);
  const picture = await request.get(`${origin}/social.png`);
  const head = await page.evaluate(() => {
    const content = (selector: string) => document.querySelector(selector)?.getAttribute('content') ?? '';
    return {
      title: document.title,
      language: document.documentElement.lang,
      headings: document.querySelectorAll('h1').length,
      viewport: content('meta[name=viewport]'),
      description: content('meta[name=description]'),
      themes: document.querySelectorAll('meta[name=theme-color]').length,
      social: content('meta[property="og:image"]'),
      card: content('meta[name="twitter:card"]'),
      icon: document.querySelector('link[rel=icon]') !== null,
      foreign: performance
        .getEntriesByType('resource')
        .map(({ name }) => new URL(name).origin)
        .filter((from) => from !== window.location.origin).length,
      inline: document.querySelectorAll('script:not([src]), style, [style]').length,
    };
  });
  const practices: Record<string, boolean> = {
    'served safely': protocol === 'https:' || hostname === 'localhost',
    'doctype and character set at the start':
      /^<!doctype html>/i.test(html) && html.indexOf('charset') < 1024,
    'Content-Security-Policy without exceptions': /default-src 'none'(?!.*unsafe)/.test(
      headers['content-security-policy'] ?? '',
    ),
    'not to be framed, sniffed, or asked for without TLS':
      headers['x-frame-options'] === 'DENY' &&
      headers['x-content-type-options'] === 'nosniff' &&
      headers['strict-transport-security'] !== undefined,
    'page not cached, assets for good':
      /no-cache|no-store/.test(headers['cache-control'] ?? '') &&
      answers.every((asset) => /immutable/.test(asset.headers()['cache-control'] ?? '')),
    'assets compressed': answers.every((asset) => asset.headers()['content-encoding'] !== undefined),
    'nothing inline, nothing from elsewhere to show the page': head.inline === 0 && head.foreign === 0,
    'a title of its own and one heading': head.title !== '' && head.headings === 1,
    'language, viewport that can be zoomed, description':
      head.language !== '' &&
      /width=device-width/.test(head.viewport) &&
      !/user-scalable=no|maximum-scale/.test(head.viewport) &&
      head.description.length > 40,
    'icon, theme colors, picture and card for links':
      head.icon && head.themes === 2 && head.social !== '' && head.card !== '' && picture.ok(),
    'robots.txt': robots.ok() && /^User-agent:/m.test(await robots.text()),
  };
  return Object.entries(practices).map(([name, followed]) => ({ name, followed }));
}
