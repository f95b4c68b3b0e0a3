// Nx loads this file before this package is built. So it is JavaScript.
import { join } from 'node:path';
import { formatFiles, generateFiles, logger, names, readJson } from '@nx/devkit';

/** @typedef {import('@nx/devkit').Tree} Tree */
/** @typedef {{ name: string, access?: string }} Options `access` is `public`, `signed-in` or `group:` and a group */

const OPERATIONS = 'libs/shared-types/src/api.ts';
const APP = 'apps/api/src/app.ts';
const PAGES = 'apps/web/src/app/pages.tsx';
const STORES = 'apps/api/src/stores.ts';
const TABLES = 'libs/infra/src/backend/api-tables.ts';

/** Paths of the site that are no pages. */
const OTHER_PATHS = ['api', 'assets', 'callback'];

/**
 * Adds an endpoint to the API and a page that shows its response, as docs/how-to/add-an-endpoint.md.
 *
 * @param {Tree} tree
 * @param {Options} options
 */
export async function endpointGenerator(tree, { name, access = 'signed-in' }) {
  const variables = variablesFor(tree, name, access);
  const { className, propertyName, isPublic } = variables;
  refuseIdentifier(tree, OPERATIONS, `get${className}`);
  refuseExisting(tree, `libs/shared-types/src/${name}.ts`);
  refuseExisting(tree, `apps/api/src/${name}-router.ts`);
  addPage(tree, variables);

  const operation = "import type { Operation } from './operation';\n";
  edit(tree, OPERATIONS, operation, (line) => `${line}import { get${className} } from './${name}';\n`);
  const exports = /(?:^export \* from .*\n)+/m;
  // The starter without the demo has none.
  const [after, gap] = exports.test(read(tree, OPERATIONS)) ? [exports, ''] : [IMPORTS, '\n'];
  edit(tree, OPERATIONS, after, (lines) => `${lines}${gap}export * from './${name}';\n`);
  edit(
    tree,
    OPERATIONS,
    /API_OPERATIONS: readonly Operation\[\] = \[[^\]]*?(?=,?\s*\])/,
    (list) => `${list},\n  get${className}`,
  );

  const router = `${propertyName}Router`;
  const openApi = "import { openApiRouter } from './openapi';\n";
  edit(tree, APP, openApi, (line) => `${line}import { ${router} } from './${name}-router';\n`);
  if (isPublic) {
    const comment = '// Public routers go here, before authenticate().';
    edit(tree, APP, ' Only the health checks are public today.', () => '', 'optional');
    edit(tree, APP, comment, (line) => `${line}\n  routes.use(${router}());`);
  } else {
    edit(tree, APP, 'openApiRouter()', (call) => `${router}(), ${call}`);
  }
  generateFiles(tree, join(import.meta.dirname, 'endpoint/files'), '.', variables);
  await formatFiles(tree);
}

/**
 * Adds a page to the navigation, as docs/how-to/add-a-page.md.
 *
 * @param {Tree} tree
 * @param {Options} options
 */
export async function pageGenerator(tree, { name, access = 'public' }) {
  const variables = variablesFor(tree, name, access);
  addPage(tree, variables);
  generateFiles(tree, join(import.meta.dirname, 'page/files'), '.', variables);
  await formatFiles(tree);
}

/**
 * Adds a DynamoDB table with items of users, and its store in the API, as saved greetings have them. Alarms and the
 * dashboard follow from the list of tables.
 *
 * @param {Tree} tree
 * @param {{ name: string }} options
 */
export async function tableGenerator(tree, { name }) {
  const variables = namesOf(name);
  const { className, propertyName, constantName, words } = variables;
  const variable = `${constantName}_TABLE`;
  refuseExisting(tree, `apps/api/src/${name}/store.ts`);
  refuseExisting(tree, `libs/infra/src/backend/${name}.ts`);
  refuseIdentifier(tree, STORES, className);
  refuseIdentifier(tree, TABLES, className);
  edit(tree, TABLES, IMPORTS, (imports) => `${imports}import { ${className} } from './${name}';\n`);
  addTo(
    tree,
    TABLES,
    'return {',
    '};',
    `${className}: new ${className}(backend, '${className}', props).table`,
  );
  edit(tree, STORES, IMPORTS, (imports) => `${imports}import { ${className} } from './${name}/store';\n`);
  addTo(tree, STORES, 'TableVariables = z.object({', '}', `${variable}: TableName`);
  const member = `/** @default ${variable} is not set */\n  readonly ${propertyName}?: ${className} | undefined;`;
  edit(tree, STORES, /export interface Stores \{[^}]*?(?=\s*\})/, (list) => `${list}\n  ${member}`);
  addTo(tree, STORES, 'const {', '} = tables;', variable);
  const store = `${propertyName}: ${variable} ? new ${className}(dynamoDbClient(), ${variable}) : undefined`;
  addTo(tree, STORES, 'return {', '};', store);
  const row = `| \`${variable}\` | - | DynamoDB table for ${words} |\n`;
  edit(tree, 'apps/api/README.md', /^\| `HISTORY_TABLE` .*\n/m, (line) => `${line}${row}`, 'optional');
  generateFiles(tree, join(import.meta.dirname, 'table/files'), '.', variables);
  await formatFiles(tree);
  return () =>
    logger.info(
      'The costs in libs/infra/COST.md change. In libs/infra: npx vitest run src/template-checks.test.ts -u',
    );
}

/** The import declarations at the beginning of a file. */
const IMPORTS = /(?:^import [^;]*;\n)+/m;

/** @param {string} name @throws if it is not a name */
function namesOf(name) {
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name)) {
    throw new Error(`"${name}" is not a name: use lower-case words with hyphens, such as order-items.`);
  }
  return { ...names(name), name, words: name.replaceAll('-', ' ') };
}

/**
 * Returns the variables of the templates.
 *
 * @param {Tree} tree
 * @param {string} name
 * @param {string} access
 */
function variablesFor(tree, name, access) {
  const { words, ...own } = namesOf(name);
  if (OTHER_PATHS.includes(name)) throw new Error(`The site uses /${name} itself. Choose another name.`);
  const [, group] = /^group:([^\s'"\\]{1,128})$/.exec(access) ?? [];
  if (!group && access !== 'public' && access !== 'signed-in') {
    throw new Error(
      `"${access}" is not an access: use public, signed-in or group:<name>, such as group:admins.`,
    );
  }
  return {
    ...own,
    words,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    access: group ? `{ group: '${group}' }` : `'${access}'`,
    group,
    isPublic: access === 'public',
    sharedTypes: readJson(tree, 'libs/shared-types/package.json').name,
  };
}

/**
 * Adds a page to the list of pages.
 *
 * @param {Tree} tree
 * @param {ReturnType<typeof variablesFor>} variables
 */
function addPage(tree, { name, propertyName, access }) {
  const text = `${propertyName}Text`;
  refuseExisting(tree, `apps/web/src/features/${name}`);
  refuseExisting(tree, `apps/web/src/app/${name}-page.test.tsx`);
  refuseIdentifier(tree, PAGES, text);
  refuseIdentifier(tree, PAGES, `'/${name}'`);
  const strings = /^import .* from '\.\.\/shared\/strings';$/m;
  edit(tree, PAGES, strings, (line) => `import { ${text} } from '../features/${name}/text';\n${line}`);
  edit(
    tree,
    PAGES,
    /pages: readonly NavigationPage\[\] = \[[^]*?(?=\n\];)/,
    (list) => `${list}
  {
    path: '/${name}',
    text: ${text},
    access: ${access},
    content: lazy(() => import('../features/${name}/${name}-panel')),
  },`,
  );
}

/**
 * Replaces a part of a file.
 *
 * @param {Tree} tree
 * @param {string} file
 * @param {string | RegExp} part
 * @param {(part: string) => string} replace
 * @param {'required' | 'optional'} presence
 * @throws if the file does not contain the part
 */
function edit(tree, file, part, replace, presence = 'required') {
  const content = read(tree, file);
  const found = typeof part === 'string' ? content.includes(part) && part : part.exec(content)?.[0];
  if (found)
    return tree.write(
      file,
      content.replace(found, () => replace(found)),
    );
  if (presence === 'required') {
    const expected = typeof part === 'string' ? part.trim() : `text that matches ${part}`;
    throw new Error(
      `${file} does not contain this any more: ${expected}. Add the code by hand, see docs/how-to.`,
    );
  }
}

/**
 * Adds an entry to the end of a list with commas, which can be empty. The list is the last one before its end.
 *
 * @param {Tree} tree
 * @param {string} file
 * @param {string} start
 * @param {string} end
 * @param {string} entry
 * @throws if the file does not contain the list
 */
function addTo(tree, file, start, end, entry) {
  const [from, to] = [start, end].map((text) => text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
  edit(
    tree,
    file,
    new RegExp(`${from}(?:(?!${from})[^])*?(?=,?\\s*${to})`),
    (list) => `${list}${list === start ? '' : ','} ${entry}`,
  );
}

/** @param {Tree} tree @param {string} file */
function read(tree, file) {
  const content = tree.read(file, 'utf8');
  if (content === null)
    throw new Error(
      `${file} does not exist. This generator changes the starter's files: restore it, or add the code by hand, see docs/how-to.`,
    );
  return content;
}

/** @param {Tree} tree @param {string} file */
function refuseExisting(tree, file) {
  if (tree.exists(file)) throw new Error(`${file} exists. Choose another name. Nothing was changed.`);
}

/** @param {Tree} tree @param {string} file @param {string} identifier */
function refuseIdentifier(tree, file, identifier) {
  if (new RegExp(`(?<!\\w)${identifier}(?!\\w)`).test(read(tree, file))) {
    throw new Error(`${file} contains ${identifier}. Choose another name. Nothing was changed.`);
  }
}
