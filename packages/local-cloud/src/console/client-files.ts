import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A file of the console's page. */
export interface ClientFile {
  readonly type: string;
  readonly content: Buffer;
}

/** Beside this file, and beside the bundle that it becomes a part of. */
const PACKAGE = createRequire(import.meta.url).resolve('@spa-on-aws/local-cloud/package.json');

const FOLDER = path.join(path.dirname(PACKAGE), 'console');

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page's styles, in the order in which they stand. */
export const STYLES = [
  'base.css',
  'frame.css',
  'road-map.css',
  'request-list.css',
  'detail.css',
  'switchboard.css',
  'narrow.css',
] as const;

const NAMES = [
  ...STYLES,
  'icon.svg',
  'main.js',
  'dom.js',
  'detail.js',
  'request-list.js',
  'road-map.js',
  'switchboard.js',
] as const;

/** The files of the page by the path they are served at, read into memory. */
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
