import { expect, test } from 'vitest';
import { AcceptedTokens } from './accepted-tokens';

const FIVE_MINUTES = 5 * 60_000;

test('a token is remembered for five minutes, or until it expires', () => {
  let now = 1_000_000;
  const accepted = new AcceptedTokens(() => now);
  accepted.add('long', { sub: 'a' }, now + 3_600_000);
  accepted.add('short', { sub: 'b' }, now + 1_000);
  now += 999;
  expect([accepted.get('long'), accepted.get('short')]).toEqual([{ sub: 'a' }, { sub: 'b' }]);
  now += 1;
  expect(accepted.get('short')).toBeUndefined();
  now += FIVE_MINUTES - 1_001;
  expect(accepted.get('long')).toEqual({ sub: 'a' });
  now += 1;
  expect(accepted.get('long')).toBeUndefined();
});

test('no more are remembered than there is room for: the oldest are forgotten', () => {
  const accepted = new AcceptedTokens(() => 0, 2);
  accepted.add('a', { sub: 'a' }, 1);
  accepted.add('b', { sub: 'b' }, 1);
  accepted.add('c', { sub: 'c' }, 1);
  expect(['a', 'b', 'c'].map((token) => accepted.get(token)?.sub)).toEqual([undefined, undefined, 'c']);
});

test('a token is not kept as it is', () => {
  const accepted = new AcceptedTokens(() => 0);
  accepted.add('SECRET', { sub: 'a' }, 1);
  expect(JSON.stringify(accepted)).not.toContain('SECRET');
  expect(accepted.get('SECRET ')).toBeUndefined();
});
