import { expect, test } from 'vitest';
import { evaluateJsonPath, JsonPathLimitError, parseJsonPath } from './json-path-query';

/** The example of the README of Jayway JsonPath, shortened. */
const STORE = {
  store: {
    book: [
      { category: 'reference', author: 'Nigel Rees', price: 8.95 },
      { category: 'fiction', author: 'Evelyn Waugh', price: 12.99 },
      { category: 'fiction', author: 'Herman Melville', isbn: '0-553', price: 8.99 },
      { category: 'fiction', author: 'J. R. R. Tolkien', isbn: null, price: 22.99, tags: ['x'] },
    ],
    bicycle: { color: 'red', price: 19.95, size: '5' },
  },
  expensive: 10,
};

function read(path: string, value: unknown = STORE): unknown {
  const query = parseJsonPath(path);
  if (!query) throw new Error(`${path} is not supported`);
  return evaluateJsonPath(query, value);
}

const [REES, WAUGH, MELVILLE, TOLKIEN] = [
  'Nigel Rees',
  'Evelyn Waugh',
  'Herman Melville',
  'J. R. R. Tolkien',
];

test.each([
  ['$.expensive', 10],
  ["$.store['book'][0].author", REES],
  ['$.store.book[-1].author', TOLKIEN],
  ['$.store.book[*].author', [REES, WAUGH, MELVILLE, TOLKIEN]],
  ['$..author', [REES, WAUGH, MELVILLE, TOLKIEN]],
  ['$.store..price', [8.95, 12.99, 8.99, 22.99, 19.95]],
  ['$.store.bicycle.*', ['red', 19.95, '5']],
  ['$.store.book[0,1].author', [REES, WAUGH]],
  ['$.store.book[0, 9].author', [REES]],
  ['$.store.book[:2].author', [REES, WAUGH]],
  ['$.store.book[1:2].author', [WAUGH]],
  ['$.store.book[-2:].author', [MELVILLE, TOLKIEN]],
  ['$.store.book[?(@.isbn)].author', [MELVILLE, TOLKIEN]],
  ['$.store.book[?(!@.isbn)].author', [REES, WAUGH]],
  ['$.store.book[?(@.isbn == null)].author', [TOLKIEN]],
  ["$.store.book[?(@.category == 'fiction')].author", [WAUGH, MELVILLE, TOLKIEN]],
  ["$.store.book[?(@.category != 'fiction')].author", [REES]],
  ['$.store.book[?(@.price < 10)].author', [REES, MELVILLE]],
  ["$.store.book[?(@.price < 10 && @.category == 'fiction')].author", [MELVILLE]],
  [
    '$.store.book[?(@.price > 20 || (@.price >= 8.95 && @[\'author\'] == "Nigel Rees"))].author',
    [REES, TOLKIEN],
  ],
  ['$.store.book[?(@.price <= $.expensive)].author', [REES, MELVILLE]],
  ["$.store.book[?(@.tags[0] == 'x')].author", [TOLKIEN]],
  ['$..book[?(@.price > 20)].author', [TOLKIEN]],
  ['$..[?(@.color)].price', [19.95]],
  // A filter on an object tests the object itself.
  ["$.store.bicycle[?(@.color == 'red')].price", [19.95]],
  // Numbers equal their text.
  ['$.store.bicycle[?(@.size == 5)].color', ['red']],
  ["$.store.book[?(@.price == '8.95')].author", [REES]],
  ["$.store.book[?(@.price < '9')]", []],
  // Indefinite paths without a result have an empty list; definite paths have none.
  ['$..missing', []],
  ['$.store.book[*].missing', []],
  ['$.store.book[?(@.price > 100)]', []],
  ['$.missing', undefined],
  ['$.missing[*]', undefined],
  ['$.store.book[9]', undefined],
  ['$.store.bicycle[0:1]', undefined],
  ['$.expensive[?(@.a)]', undefined],
  ['$.store.book.length', undefined],
])('%s has the result of Jayway JsonPath (AG-MT-02)', (path, expected) => {
  expect(read(path)).toEqual(expected);
});

test.each([
  '$.store.book.length()',
  '$.store.book[?(@.author =~ /.*REES/i)]',
  "$.store.book[?(@.category in ['fiction'])]",
  '$.store.book[?(@.tags.size() > 1)]',
  "$.store['book','bicycle']",
  '$.store.book[0:4:2]',
  '$..[0].author',
  '$.store.book[?@.isbn]',
  '$.store.book[(@.length-1)]',
  '$.store.book[?(1)]',
  '$.',
  '$.a[',
  'a',
])('%s is not supported (AG-MT-06)', (path) => {
  expect(parseJsonPath(path)).toBeUndefined();
});

test('a query ends after a number of visits', () => {
  let value: unknown = 1;
  for (let depth = 0; depth < 12; depth += 1) value = [value, value, value];
  expect(() => read('$..*..*..*', value)).toThrowError(JsonPathLimitError);
});
