import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
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
