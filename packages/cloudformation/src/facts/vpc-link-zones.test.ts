import { expect, test } from 'vitest';
import { supportsVpcLink } from './vpc-link-zones';

test.each([
  ['euw3-az1', true],
  ['euw3-az2', false],
  ['ape1-az1', false],
  ['use1-az3', false],
  ['use1-az6', true],
  ['afs1-az1', undefined],
])('supportsVpcLink(%j) returns %j', (zoneId, expected) => {
  expect(supportsVpcLink(zoneId)).toBe(expected);
});
