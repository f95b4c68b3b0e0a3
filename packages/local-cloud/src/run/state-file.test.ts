import { mkdtemp, open, readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type State, writeStateFile } from './state-file';

const STATE: State = {
  pid: 1,
  url: 'http://localhost:4300',
  issuer: '',
  cognitoDomain: '',
  apiEndpoint: '',
  consoleUrl: 'http://localhost:4303',
  backendUrl: '',
  clientId: '',
  callbackUrl: '',
  logoutUrl: '',
  apiScope: '',
  dynamoDbEndpoint: '',
  resources: {},
  outputs: {},
  users: [],
};

test('writeStateFile writes a file that only its owner can read', async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'state-')), 'deep', 'state.json');
  const written = await writeStateFile(file, STATE);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(STATE);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await written.remove();
  await expect(stat(file)).rejects.toThrow('ENOENT');
});

test('a reader of the state file gets a complete one, also while it is written again', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'state-'));
  const file = path.join(directory, 'state.json');
  const written = await writeStateFile(file, STATE);
  const reader = await open(file);
  await written.write({ ...STATE, pid: 2 });
  expect(JSON.parse(await reader.readFile('utf8'))).toEqual(STATE);
  await reader.close();
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: 2 });
  expect(await readdir(directory)).toEqual(['state.json']);
  await written.remove();
});

test('remove keeps the state file of another local cloud', async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'state-')), 'state.json');
  const first = await writeStateFile(file, STATE);
  const second = await writeStateFile(file, { ...STATE, pid: 11 });
  await first.remove();
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: 11 });
  await second.remove();
  await expect(stat(file)).rejects.toThrow('ENOENT');
});

test('writeStateFile reports a file that cannot be written, with the remedy', async () => {
  const blocked = path.join(import.meta.filename, 'state.json');
  await expect(writeStateFile(blocked, STATE)).rejects.toThrow(
    `${blocked} cannot be written (EEXIST). Name another file with --state-file (environment variable: LOCAL_CLOUD_STATE_FILE).`,
  );
});
