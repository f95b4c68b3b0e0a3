import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const DIST = join(import.meta.dirname, '..', 'dist');
const TEXT = readFileSync(join(DIST, 'Dockerfile'), 'utf8');

/** Keyword → what follows it, of each line. */
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

// Every engine builds it, for ARM on any machine too: nothing is executed, and no frontend is pulled.
test('the Dockerfile only arranges files', () => {
  const keywords = new Set(INSTRUCTIONS.map(({ keyword }) => keyword));
  expect([...keywords]).toEqual(['ARG', 'FROM', 'WORKDIR', 'COPY', 'USER', 'EXPOSE', 'HEALTHCHECK', 'CMD']);
  for (const { keyword, rest } of INSTRUCTIONS) if (keyword === 'COPY') expect(rest).not.toMatch(/--|<</);
});

test('its base is Node 24, and another can be named', () => {
  expect(only('ARG')).toMatch(/^NODE_IMAGE=\S+\/node:24\b/);
  expect(only('FROM')).toBe('${NODE_IMAGE}');
});

test('its user is a number other than 0, which an orchestrator can check', () => {
  expect(only('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});

test('its commands are run without a shell, so that signals reach node', () => {
  expect(JSON.parse(only('CMD'))).toEqual(['node', 'main.js']);
  expect(only('HEALTHCHECK')).toMatch(/ CMD \["node", "healthcheck\.js"\]$/);
});

test('everything it copies is in the build output and not ignored', () => {
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
