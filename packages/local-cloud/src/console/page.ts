import { createRequire } from 'node:module';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface PageFile {
  readonly type: string;
  readonly content: Buffer;
}

const PACKAGE = createRequire(import.meta.url).resolve('@spa-on-aws/local-cloud/package.json');

const FOLDER = path.join(path.dirname(PACKAGE), 'console/dist');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads the built page into memory, by path; `/` is the page itself. Empty if it is not built. */
export function loadPage(): ReadonlyMap<string, PageFile> {
  const names = existsSync(FOLDER)
    ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'))
    : [];
  return new Map(
    names.flatMap((name) => {
      const type = TYPES[path.extname(name)];
      if (type === undefined) return [];
      const served = name === 'index.html' ? '/' : `/${name}`;
      return [[served, { type, content: readFileSync(path.join(FOLDER, name)) }]];
    }),
  );
}

export const NOT_BUILT =
  'The page of the console is not built: run "npx nx build local-cloud" and start again.';

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
