import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run, startApi } from './api-process';

const DIST = join(import.meta.dirname, '..', 'dist');
const TEXT = readFileSync(join(DIST, 'Dockerfile'), 'utf8');

/** Keyword and arguments of each line. */
const INSTRUCTIONS = TEXT.trim()
  .split('\n')
  .map((line) => {
    const [keyword = '', ...rest] = line.split(' ');
    return { keyword, rest: rest.join(' ') };
  });

function only(keyword: string): string {
  const found = INSTRUCTIONS.filter((instruction) => instruction.keyword === keyword);
  expect(found).toHaveLength(1);
  return found[0]?.rest ?? '';
}

const HEALTH_CHECK = JSON.parse(only('HEALTHCHECK').replace(/^.* CMD /, '')) as string[];

// Every engine can build it, also for ARM on another architecture: it runs no command, and needs no frontend image.
test('has only instructions that run no command', () => {
  const keywords = new Set(INSTRUCTIONS.map(({ keyword }) => keyword));
  expect([...keywords]).toEqual(['ARG', 'FROM', 'WORKDIR', 'COPY', 'USER', 'EXPOSE', 'HEALTHCHECK', 'CMD']);
  for (const { keyword, rest } of INSTRUCTIONS) if (keyword === 'COPY') expect(rest).not.toMatch(/--|<</);
});

// Renovate updates the digest. It is part of the asset's hash, so a new base image is deployed although the bundle is the same.
test('is based on one build of Node 24, unless another base image is set', () => {
  expect(only('ARG')).toMatch(/^NODE_IMAGE=\S+\/node:24\S*@sha256:[0-9a-f]{64}$/);
  expect(only('FROM')).toBe('${NODE_IMAGE}');
});

test('sets a numeric user other than 0, which an orchestrator can check', () => {
  expect(only('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});

test('runs its commands without a shell, so that signals reach node', () => {
  expect(JSON.parse(only('CMD'))).toEqual(['node', 'main.js']);
  expect(HEALTH_CHECK[0]).toBe('node');
});

test('the health check passes while the API runs', async () => {
  const { port } = await startApi();
  expect(await run(HEALTH_CHECK.slice(1), { PORT: String(port) }).ended).toEqual({ code: 0, stderr: '' });
});

test('the health check fails if nothing listens, or the status is not 200', async () => {
  const broken = createServer((_request, response) => response.writeHead(503).end());
  broken.listen(0, '127.0.0.1');
  await once(broken, 'listening');
  const { port } = broken.address() as AddressInfo;
  expect((await run(HEALTH_CHECK.slice(1), { PORT: String(port) }).ended).code).toBe(1);
  broken.close();
  await once(broken, 'close');
  const silent = await run(HEALTH_CHECK.slice(1), { PORT: String(port) }).ended;
  expect(silent).toMatchObject({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') });
});

test('copies files that are in the build output and not ignored', () => {
  const patterns = readFileSync(join(DIST, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => /^[^#]/.test(line));
  const copied = INSTRUCTIONS.filter(({ keyword }) => keyword === 'COPY').flatMap(({ rest }) =>
    rest.split(' ').slice(0, -1),
  );
  expect(patterns).toEqual(['*', '!*.js', '!module.json']);
  const kept = readdirSync(DIST).filter((file) => file.endsWith('.js') || file === 'module.json');
  expect(copied.sort()).toEqual(kept.sort());
});
