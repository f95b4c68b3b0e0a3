import path from 'node:path';
import { expect, it } from 'vitest';
import { API_GATEWAY_ROWS } from './api-gateway';
import { citedRows } from './cited-rows';
import { CLOUDFRONT_ROWS } from './cloudfront';
import { COGNITO_ROWS } from './cognito';
import { ledger } from './ledger';

const SECTIONS = [
  { title: 'CloudFront and S3', rows: CLOUDFRONT_ROWS },
  { title: 'API Gateway', rows: API_GATEWAY_ROWS },
  { title: 'Cognito', rows: COGNITO_ROWS },
];
const ROWS = SECTIONS.flatMap(({ rows }) => rows);
const CITED = citedRows(path.resolve(import.meta.dirname, '../../../..'), [
  'packages/local-cloud/src',
  'packages/local-cloud/test',
  'apps/web-e2e/src',
  'packages/cloudformation/src',
]);

it('every row is held by a test or says why not', () => {
  const open = ROWS.filter(({ id, untested }) => !CITED.has(id) && untested === undefined);
  expect(open.map(({ id, behavior }) => `${id}: ${behavior}`)).toEqual([]);
});

it('a reason for having no test goes when there is one', () => {
  const stale = ROWS.filter(({ id, untested }) => CITED.has(id) && untested !== undefined);
  expect(stale.map(({ id }) => id)).toEqual([]);
});

it('tests cite rows of the ledger only', () => {
  const known = new Set(ROWS.map(({ id }) => id));
  const unknown = [...CITED].filter(([id]) => !known.has(id));
  expect(unknown.map(([id, files]) => `${id} in ${files.join(', ')}`)).toEqual([]);
});

it('the ledger in the repository is up to date', async () => {
  await expect(ledger(SECTIONS, CITED)).toMatchFileSnapshot('../../FIDELITY.md');
});
