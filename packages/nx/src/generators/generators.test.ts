import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { expect, test } from 'vitest';
import { endpointGenerator, pageGenerator, tableGenerator } from './generators.mjs';

const ROOT = join(import.meta.dirname, '../../../..');
const OPERATIONS = 'libs/shared-types/src/api.ts';
const APP = 'apps/api/src/app.ts';
const PAGES = 'apps/web/src/app/pages.tsx';
const STATISTICS = 'apps/web/src/features/admin/statistics-panel.tsx';

const STORES = 'apps/api/src/stores.ts';
const TABLES = 'libs/infra/src/backend/api-tables.ts';
const API_README = 'apps/api/README.md';

const EDITED = [
  ...[OPERATIONS, APP, PAGES, STORES, TABLES, API_README],
  ...['libs/shared-types/package.json', '.prettierrc'],
];

/** A tree with the files of the starter that the generators read. */
function starter(): Tree {
  const tree = createTreeWithEmptyWorkspace();
  tree.delete('.oxfmtrc.json'); // the starter has Prettier
  for (const file of EDITED) tree.write(file, readFileSync(join(ROOT, file), 'utf8'));
  return tree;
}

const text = (tree: Tree, file: string) => tree.read(file, 'utf8') ?? '';

/** All files with their content. */
const snapshot = (tree: Tree) => tree.listChanges().map(({ path, content }) => [path, String(content)]);

/** Lines of `file` that the generator added and removed. */
function changes(tree: Tree, file: string) {
  const before = readFileSync(join(ROOT, file), 'utf8').split('\n');
  const after = text(tree, file).split('\n');
  return {
    added: after.filter((line) => !before.includes(line)).map((line) => line.trim()),
    removed: before.filter((line) => !after.includes(line)).map((line) => line.trim()),
  };
}

test.each([
  ['signed-in', "'signed-in'"],
  ['public', "'public'"],
  ['group:admins', "{ group: 'admins' }"],
])('endpoint writes the access %s into the operation and the page', async (access, code) => {
  const tree = starter();
  await endpointGenerator(tree, { name: 'order-items', access });
  expect(text(tree, 'libs/shared-types/src/order-items.ts')).toContain(`  access: ${code},\n`);
  expect(changes(tree, OPERATIONS)).toEqual({
    added: [
      "import { getOrderItems } from './order-items';",
      "export * from './order-items';",
      'getOrderItems,',
    ],
    removed: [],
  });
  expect(changes(tree, PAGES)).toEqual({
    added: [
      "import { orderItemsText } from '../features/order-items/text';",
      "path: '/order-items',",
      'text: orderItemsText,',
      ...(access === 'signed-in' ? [] : [`access: ${code},`]), // another page has the line of signed-in
      "content: lazy(() => import('../features/order-items/order-items-panel')),",
    ],
    removed: [],
  });
  const hasGroup = access.startsWith('group');
  const router = text(tree, 'apps/api/src/order-items-router.ts');
  expect(router.includes(".all(requireGroup('admins'))")).toBe(hasGroup);
  const isPublic = access === 'public';
  expect(text(tree, 'apps/web/src/features/order-items/text.ts').includes('signedOutLead')).toBe(!isPublic);
});

test.each([
  ['signed-in', false],
  ['public', true],
  ['group:admins', false],
])('endpoint with the access %s is before the authentication: %s', async (access, isBefore) => {
  const tree = starter();
  await endpointGenerator(tree, { name: 'orders', access });
  const app = text(tree, APP);
  expect(app).toContain("import { ordersRouter } from './orders-router';\n");
  expect(app.match(/ordersRouter\(\)/g)).toHaveLength(1);
  expect(app.indexOf('ordersRouter()') < app.indexOf('routes.use(authenticate(')).toBe(isBefore);
  expect(app.includes('Only the health checks are public')).toBe(!isBefore);
});

test('the panel is the panel of the statistics with other names, as the how-to page says', async () => {
  const tree = starter();
  await endpointGenerator(tree, { name: 'orders' });
  const copy = readFileSync(join(ROOT, STATISTICS), 'utf8')
    .replace('Panel with the statistics of the API.', 'Panel with the orders.')
    .replaceAll('StatisticsPanel', 'OrdersPanel')
    .replaceAll('statistics-heading', 'orders-heading')
    .replaceAll('./get-statistics', './get-orders')
    .replaceAll('getStatistics', 'getOrders')
    .replaceAll('setStatistics', 'setResponse')
    .replaceAll('adminText.statistics', 'ordersText.panel')
    .replaceAll('adminText.lastGreetingId', 'ordersText.message')
    .replaceAll('adminText', 'ordersText')
    .replaceAll('statistics.lastGreetingId.toLocaleString()', 'response.message')
    .replaceAll('Statistics', 'OrdersResponse')
    .replaceAll('statistics', 'response');
  expect(text(tree, 'apps/web/src/features/orders/orders-panel.tsx')).toBe(copy);
});

test('endpoint imports the contract under its name in this workspace', async () => {
  const tree = starter();
  tree.write('libs/shared-types/package.json', '{ "name": "@shop/shared-types" }');
  await endpointGenerator(tree, { name: 'orders' });
  for (const file of [
    'apps/api/src/orders-router.ts',
    'apps/web/src/features/orders/get-orders.ts',
    'apps/web/src/features/orders/orders-panel.tsx',
  ]) {
    expect(text(tree, file)).toContain("from '@shop/shared-types';");
  }
});

test('page adds texts, content, a test and an entry to the list', async () => {
  const tree = starter();
  await pageGenerator(tree, { name: 'help-desk', access: 'group:editors' });
  expect(changes(tree, PAGES)).toEqual({
    added: [
      "import { helpDeskText } from '../features/help-desk/text';",
      "path: '/help-desk',",
      'text: helpDeskText,',
      "access: { group: 'editors' },",
      "content: lazy(() => import('../features/help-desk/help-desk-panel')),",
    ],
    removed: [],
  });
  expect(text(tree, 'apps/web/src/features/help-desk/text.ts')).toContain("title: 'Help desk',");
  expect(text(tree, 'apps/web/src/app/help-desk-page.test.tsx')).toContain("['editors']");
});

test.each([
  ['endpoint', endpointGenerator],
  ['page', pageGenerator],
])(
  'a second %s of the same name changes nothing and says why; one of another name is added',
  async (_, add) => {
    const tree = starter();
    await add(tree, { name: 'orders', access: 'public' });
    const before = snapshot(tree);
    await expect(add(tree, { name: 'orders' })).rejects.toThrow(/Choose another name/);
    expect(snapshot(tree)).toEqual(before);
    await add(tree, { name: 'invoices', access: 'public' });
    expect(text(tree, PAGES)).toContain("path: '/orders',");
    expect(text(tree, PAGES)).toContain("path: '/invoices',");
  },
);

test('two public endpoints and one for signed-in users are each mounted once', async () => {
  const tree = starter();
  await endpointGenerator(tree, { name: 'orders', access: 'public' });
  await endpointGenerator(tree, { name: 'invoices', access: 'public' });
  await endpointGenerator(tree, { name: 'items' });
  const [before = '', after = ''] = text(tree, APP).split('routes.use(authenticate(');
  expect(before).toContain('routes.use(ordersRouter());');
  expect(before).toContain('routes.use(invoicesRouter());');
  expect(after).toContain('itemsRouter(), openApiRouter()');
});

test.each(['Orders', 'order_items', 'order items', '1st', '-orders', 'orders-', '../orders', '', "a'b"])(
  'refuses the name "%s"',
  async (name) => {
    const tree = starter();
    const before = snapshot(tree);
    await expect(endpointGenerator(tree, { name })).rejects.toThrow('is not a name: use lower-case words');
    await expect(pageGenerator(tree, { name })).rejects.toThrow('is not a name: use lower-case words');
    expect(snapshot(tree)).toEqual(before);
  },
);

test.each([
  ['api', 'The site uses /api itself'],
  ['callback', 'The site uses /callback itself'],
  ['open-api', `${OPERATIONS} contains getOpenApi`],
  ['statistics', `${OPERATIONS} contains getStatistics`],
  ['session', `${PAGES} contains sessionText`],
  ['greetings', `${PAGES} contains '/greetings'`],
])('refuses the endpoint "%s", whose names the starter uses', async (name, message) => {
  await expect(endpointGenerator(starter(), { name })).rejects.toThrow(message);
});

test.each(['admins', 'group:', "group:a'b", 'group:a b', 'Public'])(
  'refuses the access "%s"',
  async (access) => {
    await expect(endpointGenerator(starter(), { name: 'orders', access })).rejects.toThrow(
      'is not an access',
    );
  },
);

test.each([
  [OPERATIONS, "import type { Operation } from './operation';"],
  [OPERATIONS, 'API_OPERATIONS: readonly Operation[] = ['],
  [APP, "import { openApiRouter } from './openapi';"],
  [APP, 'openApiRouter()'],
  [PAGES, "from '../shared/strings';"],
  [PAGES, 'pages: readonly NavigationPage[] = ['],
])('names %s if a team has changed the line %s', async (file, line) => {
  const tree = starter();
  tree.write(file, text(tree, file).replaceAll(line, '// changed'));
  await expect(endpointGenerator(tree, { name: 'orders' })).rejects.toThrow(`${file} does not contain`);
});

test('table adds a construct, its variable, and a store that uses it', async () => {
  const tree = starter();
  await tableGenerator(tree, { name: 'order-items' });
  expect(changes(tree, TABLES)).toEqual({
    added: [
      "import { OrderItems } from './order-items';",
      "OrderItems: new OrderItems(backend, 'OrderItems', props).table,",
    ],
    removed: [],
  });
  const stores = text(tree, STORES);
  expect(stores).toContain("import { OrderItems } from './order-items/store';\n");
  expect(stores).toMatch(/TableVariables = z\.object\(\{[^}]*\bORDER_ITEMS_TABLE: TableName\b/);
  expect(stores).toMatch(/interface Stores \{[^}]*readonly orderItems\?: OrderItems \| undefined;\n\}/);
  expect(stores).toContain(
    'orderItems: ORDER_ITEMS_TABLE ? new OrderItems(dynamoDbClient(), ORDER_ITEMS_TABLE) : undefined,',
  );
  expect(changes(tree, API_README).added).toEqual([
    expect.stringMatching(/^\| `ORDER_ITEMS_TABLE` +\| - +\| DynamoDB table for order items +\|$/),
  ]);
  expect(text(tree, 'libs/infra/src/backend/order-items.ts')).toContain("variable: 'ORDER_ITEMS_TABLE',");
});

test('a second table of the same name changes nothing and says why; one of another name is added', async () => {
  const tree = starter();
  await tableGenerator(tree, { name: 'orders' });
  const before = snapshot(tree);
  await expect(tableGenerator(tree, { name: 'orders' })).rejects.toThrow(/Choose another name/);
  expect(snapshot(tree)).toEqual(before);
  await tableGenerator(tree, { name: 'invoices' });
  for (const name of ['Orders', 'Invoices'])
    expect(text(tree, TABLES)).toContain(`${name}: new ${name}(backend, '${name}', props).table,`);
});

test.each([
  ['saved-greetings', 'Choose another name'],
  ['greeting-ids', 'contains GreetingIds'],
  ['Orders', 'is not a name'],
])('refuses the table "%s"', async (name, message) => {
  const tree = starter();
  const before = snapshot(tree);
  await expect(tableGenerator(tree, { name })).rejects.toThrow(message);
  expect(snapshot(tree)).toEqual(before);
});

test.each([
  [STORES, 'TableVariables'],
  [STORES, '} = tables;'],
  [TABLES, 'return {'],
])('table names %s if a team has changed the line %s', async (file, line) => {
  const tree = starter();
  tree.write(file, text(tree, file).replaceAll(line, '// changed'));
  await expect(tableGenerator(tree, { name: 'orders' })).rejects.toThrow(`${file} does not contain`);
});

/** The starter after docs/how-to/delete-the-demo.md. */
function withoutDemo(): Tree {
  const tree = starter();
  const remove = (file: string, ...parts: readonly (readonly [RegExp, string])[]) => {
    const content = parts.reduce(
      (before, [part, rest]) => {
        expect(before).toMatch(part);
        return before.replace(part, rest);
      },
      text(tree, file),
    );
    tree.write(file, content);
  };
  remove(
    OPERATIONS,
    [/(?:^import \{.* from '\.\/(?:greeting|saved-greetings|statistics)';\n|^export \* .*\n)/gm, ''],
    [/readonly Operation\[\] = \[[^\]]*\]/, 'readonly Operation[] = [getOpenApi]'],
  );
  remove(
    STORES,
    [/^import \{.* from '\.\/.*\n/gm, ''],
    [/z\.object\(\{[^}]*\}/, 'z.object({}'],
    [/interface Stores \{[^}]*\}/, 'interface Stores {}'],
    [/const \{[^}]*\} = tables/, 'const {} = tables'],
    [/return \{[^]*?\n {2}\};/, 'return {};'],
  );
  remove(TABLES, [/^import \{ \w+ \}.*\n/gm, ''], [/return \{[^]*?\};/, 'return {};']);
  return tree;
}

test('table and endpoint are added to the starter without the demo', async () => {
  const tree = withoutDemo();
  await tableGenerator(tree, { name: 'orders' });
  await endpointGenerator(tree, { name: 'orders' });
  expect(text(tree, TABLES)).toContain("import { Orders } from './orders';\n\n/**");
  expect(text(tree, TABLES)).toContain("return { Orders: new Orders(backend, 'Orders', props).table };");
  const stores = text(tree, STORES);
  expect(stores).toContain('z.object({ ORDERS_TABLE: TableName });');
  expect(stores).toMatch(/interface Stores \{\n.*\n {2}readonly orders\?: Orders \| undefined;\n\}/);
  expect(stores).toContain('const { ORDERS_TABLE } = tables;');
  expect(stores).toMatch(
    /return \{\s+orders: ORDERS_TABLE \? new Orders\(dynamoDbClient\(\), ORDERS_TABLE\) : undefined/,
  );
  const operations = text(tree, OPERATIONS);
  expect(operations).toContain("import { getOrders } from './orders';\n\nexport * from './orders';\n\n/**");
  expect(operations).toContain('readonly Operation[] = [getOpenApi, getOrders];');
  await tableGenerator(tree, { name: 'invoices' });
  expect(text(tree, STORES)).toContain('z.object({ ORDERS_TABLE: TableName, INVOICES_TABLE: TableName });');
});

test('table says how to go on if its files were deleted', async () => {
  const tree = withoutDemo();
  tree.delete(STORES);
  await expect(tableGenerator(tree, { name: 'orders' })).rejects.toThrow(`${STORES} does not exist.`);
});
