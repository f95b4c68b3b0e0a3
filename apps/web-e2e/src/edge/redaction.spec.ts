import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inflateRawSync } from 'node:zlib';
import { expect, test } from '../fixtures';

const ROOT = join(import.meta.dirname, '../..');

test.skip(Boolean(process.env['BASE_URL']), 'needs a local cloud');

test('a failed test against a deployment leaves no valid token and no cookie in the log and in the uploaded files', async ({
  account,
  deployment: { siteUrl },
  user: { config },
  request,
}, testInfo) => {
  test.slow(); // a whole run of Playwright, with a retry
  const folder = testInfo.outputPath('upload');
  const run = spawn(
    process.execPath,
    [
      join(ROOT, '../../node_modules/@playwright/test/cli.js'),
      'test',
      '--config=playwright.failing.config.mjs',
      `--output=${join(folder, 'results')}`,
    ],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        BASE_URL: siteUrl,
        E2E_USERNAME: account.username,
        E2E_PASSWORD: account.password,
        PLAYWRIGHT_HTML_OUTPUT_DIR: join(folder, 'report'),
      },
    },
  );
  const [log, [exitCode]] = await Promise.all([text(run.stdout), once(run, 'close')]);
  expect(exitCode, log).toBe(1);

  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
  const texts = [log, ...files.flatMap(contents)];
  const found = (pattern: RegExp) => texts.flatMap((content) => content.match(pattern) ?? []);
  // In the log, the report and the page snapshot, of both tries.
  expect(found(/authorization: …/g).length).toBeGreaterThanOrEqual(6);
  expect.soft(found(/authorization: Bearer .*/g)).toEqual([]);
  expect.soft(found(/cookie: (?!…).*/g)).toEqual([]);

  const response = await request.get(`${config.issuer}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { readonly keys: readonly JsonWebKey[] };
  const tokens = found(/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/g);
  expect(tokens).not.toEqual([]);
  expect(tokens.filter((token) => keys.some((key) => isSigned(token, key)))).toEqual([]);
});

/** Returns the text of a file and, for archives and pages that contain one, of all entries. */
function contents(file: Buffer): string[] {
  const embedded = /data:application\/zip;base64,([\w+/=]+)/.exec(file.toString())?.[1] ?? '';
  return [file, ...entries(file), ...entries(Buffer.from(embedded, 'base64'))].map(String);
}

/** Yields the content of each entry of a ZIP archive. */
function* entries(archive: Buffer): Generator<Buffer> {
  const header = Buffer.from('PK\x03\x04');
  for (let at = archive.indexOf(header); at >= 0; at = archive.indexOf(header, at + 4)) {
    const nameAndExtra = archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28);
    const data = archive.subarray(at + 30 + nameAndExtra);
    yield archive.readUInt16LE(at + 8) === 8 ? inflateRawSync(data) : data;
  }
}

function isSigned(token: string, key: JsonWebKey): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${payload}`),
    createPublicKey({ key, format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  );
}
