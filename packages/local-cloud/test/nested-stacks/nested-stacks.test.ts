import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { inspect } from '../../src/cli/inspect';
import type { Options } from '../../src/cli/options';
import { optionsOf, start } from '../running';

async function copyOfApp(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'nested-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await cp(import.meta.dirname, directory, { recursive: true });
  return directory;
}

const optionsIn = (directory: string, ...flags: string[]): Options =>
  optionsOf(
    '--template',
    path.join(directory, 'app.yaml'),
    '--state-file',
    path.join(directory, 'state.json'),
    ...flags,
  );

async function replaceIn(file: string, old: string, replacement: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (!text.includes(old)) throw new Error(`${file} does not contain ${old}`);
  await writeFile(file, text.replace(old, replacement));
}

test('a template runs with its nested stacks: the API of one, the table of another (CN-NS-01, CN-NS-02)', async () => {
  const directory = await copyOfApp();
  const { state, identifiers, logged } = await start(optionsIn(directory));
  const text = async (): Promise<string> => (await fetch(`${state.url}/notes`)).text();
  const table = identifiers.resources['Tables/Notes']?.id ?? '';
  expect(table).toMatch(/^app-Tables-[A-Z0-9]{12}-Notes-[A-Z0-9]{12}$/);
  expect(await text()).toMatch(new RegExp(`^Hello from app-Api-[A-Z0-9]{12}, table ${table}$`));

  const page = new AbortController();
  const events = await fetch(`${state.consoleUrl}/events`, { signal: page.signal });
  const first = await events.body?.getReader().read();
  expect(Buffer.from(first?.value ?? []).toString()).toContain('Api/Function');
  page.abort();

  await replaceIn(path.join(directory, 'api/api.yaml'), '${Greeting} from', 'Changed from');
  await vi.waitFor(
    () =>
      expect(logged).toContainEqual(expect.stringMatching(/^the template changed: changed Api\/Function/)),
    { timeout: 15_000, interval: 50 },
  );
  expect(await text()).toMatch(/^Changed from app-Api-/);
}, 30_000);

test('inspect names resources of nested stacks by their path, and flags take that path', async () => {
  const directory = await copyOfApp();
  const api = path.join(directory, 'api/api.yaml');
  await replaceIn(api, 'nodejs22.x', 'python3.13');
  const found = await inspect(optionsIn(directory));
  expect(found.problems).toEqual([
    expect.stringMatching(/^ERR_UNSUPPORTED_PROPERTY: Api\/Function \(AWS::Lambda::Function\)/),
  ]);
  expect(found.verdict).toBe('needs-values');
  const standIn = ['--stand-in', 'Api/Function=http://localhost:9000'];
  expect(await inspect(optionsIn(directory, ...standIn))).toMatchObject({ verdict: 'runs', problems: [] });
  expect(found.flags).toEqual([expect.stringContaining('Api/Function=')]);
});

test('--without leaves out restrictions in nested stacks, by their path', async () => {
  const directory = await copyOfApp();
  await replaceIn(
    path.join(directory, 'tables.yaml'),
    'Outputs:',
    '  Firewall: { Type: AWS::WAFv2::WebACLAssociation, Properties: { ResourceArn: x, WebACLArn: y } }\nOutputs:',
  );
  expect((await inspect(optionsIn(directory))).flags).toEqual(['--without Tables/Firewall']);
  const without = await inspect(optionsIn(directory, '--without', 'Tables/Firewall'));
  expect(without).toMatchObject({
    verdict: 'runs',
    warnings: ['web ACL of Tables/Firewall: left out by --without.'],
  });
});
