import { expect, test } from 'vitest';
import { HeaderList } from '../../../../http/header-list';
import { headerChanges, inWords } from './header-changes';

const changes = (before: [string, string][], after: [string, string][]) =>
  headerChanges('response', new HeaderList(before), new HeaderList(after), 'test');

test('what stays is no change, whatever its case', () => {
  expect(changes([['ETag', 'a']], [['etag', 'a']])).toEqual([]);
});

test('what is removed, added and changed is told, each value of a repeated name', () => {
  expect(
    changes(
      [
        ['A', '1'],
        ['B', '1'],
        ['C', '1'],
      ],
      [
        ['B', '1'],
        ['C', '2'],
        ['C', '3'],
        ['D', '1'],
      ],
    ),
  ).toEqual([
    { on: 'response', op: 'removed', name: 'A', by: 'test' },
    { on: 'response', op: 'set', name: 'C', value: '2', by: 'test' },
    { on: 'response', op: 'set', name: 'C', value: '3', by: 'test' },
    { on: 'response', op: 'set', name: 'D', value: '1', by: 'test' },
  ]);
});

test.each(['Authorization', 'Cookie', 'Set-Cookie', 'Proxy-Authorization', 'X-Amz-Security-Token'])(
  'the value of %s is not told',
  (name) => {
    expect(changes([], [[name, 'secret']])).toEqual([{ on: 'response', op: 'set', name, by: 'test' }]);
  },
);

test('changes in words name each header once', () => {
  const told = changes(
    [['A', '1']],
    [
      ['B', '1'],
      ['B', '2'],
      ['C', '1'],
      ['D', '1'],
    ],
  );
  expect(inWords(told)).toBe('set B, C and D, removed A');
  expect(inWords([])).toBe('');
});

test('the query of a redirect is not told', () => {
  expect(changes([], [['Location', '/callback?code=secret']])).toMatchObject([{ value: '/callback?…' }]);
});
