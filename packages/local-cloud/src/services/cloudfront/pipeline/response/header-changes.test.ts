import { expect, test } from 'vitest';
import { HeaderList } from '../../../../http/header-list';
import { headerChanges } from './header-changes';

const changes = (before: [string, string][], after: [string, string][]) =>
  headerChanges('response', new HeaderList(before), new HeaderList(after), 'test');

test('a header that differs only in the case of its name is no change', () => {
  expect(changes([['ETag', 'a']], [['etag', 'a']])).toEqual([]);
});

test('lists removed, added and changed headers, with each value of a repeated name', () => {
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
  'leaves out the value of %s',
  (name) => {
    expect(changes([], [[name, 'secret']])).toEqual([{ on: 'response', op: 'set', name, by: 'test' }]);
  },
);

test('leaves out the query of a redirect', () => {
  expect(changes([], [['Location', '/callback?code=secret']])).toMatchObject([{ value: '/callback?…' }]);
});
