import type { APIRequestContext, Page } from '@playwright/test';

/** A good practice, and whether the page follows it. */
export interface Practice {
  readonly name: string;
  readonly followed: boolean;
}

/** Checks a page for good practices: security headers, caching, metadata. */
export async function goodPractice(page: Page, request: APIRequestContext): Promise<Practice[]> {
  const response = await request.get(page.url());
  const headers = response.headers();
  const html = await response.text();
  const { origin, protocol, hostname } = new URL(page.url());
  const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
  const assetResponses = await Promise.all(
    assets.map((path) => request.get(origin + path, { headers: { 'accept-encoding': 'gzip, br' } })),
  );
  const robots = await request.get(`${origin}/robots.txt`);
  const image = await request.get(`${origin}/social.png`);
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
    'HTTPS or localhost': protocol === 'https:' || hostname === 'localhost',
    'doctype and charset at the start': /^<!doctype html>/i.test(html) && html.indexOf('charset') < 1024,
    'Content-Security-Policy without unsafe sources': /default-src 'none'(?!.*unsafe)/.test(
      headers['content-security-policy'] ?? '',
    ),
    'X-Frame-Options, X-Content-Type-Options and HSTS headers':
      headers['x-frame-options'] === 'DENY' &&
      headers['x-content-type-options'] === 'nosniff' &&
      headers['strict-transport-security'] !== undefined,
    'page not cached, assets immutable':
      /no-cache|no-store/.test(headers['cache-control'] ?? '') &&
      assetResponses.every((asset) => /immutable/.test(asset.headers()['cache-control'] ?? '')),
    'assets compressed': assetResponses.every((asset) => asset.headers()['content-encoding'] !== undefined),
    'no inline scripts or styles, no resources of other origins': head.inline === 0 && head.foreign === 0,
    'a title and one h1': head.title !== '' && head.headings === 1,
    'language, zoomable viewport, description':
      head.language !== '' &&
      /width=device-width/.test(head.viewport) &&
      !/user-scalable=no|maximum-scale/.test(head.viewport) &&
      head.description.length > 40,
    'icon, theme colors, image and card for link previews':
      head.icon && head.themes === 2 && head.social !== '' && head.card !== '' && image.ok(),
    'robots.txt': robots.ok() && /^User-agent:/m.test(await robots.text()),
  };
  return Object.entries(practices).map(([name, followed]) => ({ name, followed }));
}
