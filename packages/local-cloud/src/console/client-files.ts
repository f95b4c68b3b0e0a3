import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';

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

export const STYLES = [
  'base.css',
  'frame.css',
  'topology.css',
  'request-list.css',
  'detail.css',
  'switchboard.css',
  'narrow.css',
] as const;

/** The page, with `{{placeholders}}`. */
export const PAGE = readFileSync(path.join(FOLDER, 'page.html'), 'utf8');

const NAMES = [
  ...STYLES,
  'icon.svg',
  'main.js',
  'dom.js',
  'detail.js',
  'request-list.js',
  'topology.js',
  'switchboard.js',
] as const;

/** Reads the files of the page into memory; keys are their paths. */
export function loadClientFiles(): ReadonlyMap<string, ClientFile> {
  return new Map(
    NAMES.map((name) => [
      `/client/${name}`,
      {
        type: TYPES[path.extname(name)] ?? 'application/octet-stream',
        content: readFileSync(path.join(FOLDER, name)),
      },
    ]),
  );
}
