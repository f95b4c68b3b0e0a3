import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import GithubSlugger from 'github-slugger';
import { expect, test } from 'vitest';
import { read, ROOT, tracked } from './repository.mjs';

// Checks that what the documents name exists: files, headings, commands, options and codes of errors.

const documents = tracked('*.md');

/** @param {string} text */
const withoutCode = (text) => text.replace(/^( *)```.*?^\1```/gms, '').replace(/`[^`\n]*`/g, '');

/**
 * Returns the anchors of the headings of a document, as GitHub writes them.
 *
 * @param {string} file
 */
function anchorsOf(file) {
  const slugger = new GithubSlugger();
  const headings = read(file)
    .replace(/^( *)```.*?^\1```/gms, '')
    .matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) =>
    slugger.slug(heading.replace(/\[(.*?)\]\(.*?\)/g, '$1').replaceAll('`', '')),
  );
}

test.each(documents)('%s links to files and headings that exist', (file) => {
  const links = [...withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const missing = links
    .filter((link) => !/^(https?|mailto):/.test(link))
    .filter((link) => {
      const [target = '', anchor] = link.split('#');
      const linked = target === '' ? file : path.join(path.dirname(file), decodeURIComponent(target));
      if (!existsSync(path.join(ROOT, linked))) return true;
      return anchor !== undefined && !anchorsOf(linked).includes(anchor);
    });
  expect(missing).toEqual([]);
});

test.each(tracked('docs/tutorial/*.md'))('the code in %s is that of the starter', (file) => {
  const code = tracked('apps/**/*.ts', 'apps/**/*.tsx', 'libs/**/*.ts', 'libs/**/*.js', 'libs/**/*.json').map(
    read,
  );
  const lines = new Set(code.flatMap((text) => text.split('\n').map((line) => line.trim())));
  const blocks = [...read(file).matchAll(/```(?:tsx?|js|json)\n(.*?)```/gs)].map(([, block = '']) => block);
  const shown = blocks.flatMap((block) => block.split('\n').map((line) => line.trim()));
  expect(shown.filter((line) => !lines.has(line) && !line.includes('…'))).toEqual([]);
});

/** @typedef {{ executor?: string, configurations?: Record<string, unknown> }} Target */

/** @returns {Record<string, { data: { targets: Record<string, Target> } }>} projects by name */
function readProjects() {
  const directory = mkdtempSync(path.join(tmpdir(), 'documents-'));
  try {
    const file = path.join(directory, 'graph.json');
    execFileSync(process.execPath, [path.join(ROOT, 'node_modules/.bin/nx'), 'graph', '--file', file], {
      cwd: ROOT,
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
    });
    return JSON.parse(readFileSync(file, 'utf8')).graph.nodes;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/**
 * Returns what is wrong with a command line of Nx, such as `deploy infra -c prod --yes`.
 *
 * @param {ReturnType<typeof readProjects>} projects
 * @param {string} line
 */
function problemOf(projects, line) {
  const words = line.trim().split(/\s+/);
  const flags = words
    .filter((word) => word.startsWith('--'))
    .map((flag) => flag.slice(2).split('=')[0] ?? '');
  const names = words.filter(
    (word, index) => !word.startsWith('-') && !/^-[cp]$/.test(words[index - 1] ?? ''),
  );
  const [target = '', project] = names;
  if (['reset', 'show', 'graph', 'migrate', 'g', 'release', 'sync', 'sync:check'].includes(target))
    return undefined;
  const isForMany = target === 'run-many' || target === 'affected';
  if (isForMany || project === undefined) {
    const unknown = (isForMany ? names.slice(1) : names).filter(
      (name) => !Object.values(projects).some(({ data }) => data.targets[name]),
    );
    return unknown.length > 0 ? `no project has the target ${unknown.join(', ')}` : undefined;
  }
  const found = projects[project]?.data.targets[target];
  if (!found) return `${project} has no target ${target}`;
  const configuration = words[words.indexOf('-c') + 1];
  if (words.includes('-c') && !found.configurations?.[configuration ?? '']) {
    return `${project}:${target} has no configuration ${configuration}`;
  }
  const [collection, executor] = found.executor?.split(':') ?? [];
  if (collection !== '@spa-on-aws/nx') return undefined;
  const { properties } = JSON.parse(read(`packages/nx/schemas/${executor}.json`));
  const known = ['help', 'excludeTaskDependencies', 'skip-nx-cache', ...Object.keys(properties)];
  const unknown = flags.filter((flag) => !known.includes(flag));
  return unknown.length > 0 ? `${project}:${target} has no option --${unknown.join(', --')}` : undefined;
}

test('commands of Nx in documents name projects, targets, configurations and options that exist', () => {
  const projects = readProjects();
  const problems = documents.flatMap((file) =>
    [...read(file).matchAll(/npx nx ([a-z][^`\n#|&…]*)/g)].flatMap(([, line = '']) => {
      const problem = problemOf(projects, line.replace(/[),.;:].*$/, ''));
      return problem === undefined ? [] : [`${file}: npx nx ${line.trim()}: ${problem}`];
    }),
  );
  expect(problems).toEqual([]);
});

test('codes of errors in documents are codes of the sources', () => {
  const sources = tracked('apps/*/src/*.ts*', 'libs/*/src/*.ts', 'packages/*/src/*.ts')
    .filter((file) => !file.includes('.test.'))
    .map(read)
    .join('\n');
  const codes = documents.flatMap((file) =>
    [...read(file).matchAll(/ERR_[A-Z_]+[A-Z]/g)].map(([code]) => ({ file, code })),
  );
  expect(codes.length).toBeGreaterThan(0);
  expect(codes.filter(({ code }) => !sources.includes(`'${code}'`))).toEqual([]);
});
