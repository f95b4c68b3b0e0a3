import path from 'node:path';
import { expect, it } from 'vitest';
import { API_GATEWAY_ROWS } from './api-gateway';
import { citedRows } from './cited-rows';
import { CLOUDFORMATION_ROWS } from './cloudformation';
import { CLOUDFRONT_ROWS } from './cloudfront';
import { COGNITO_ROWS } from './cognito';
import { ECS_ROWS } from './ecs';
import { LAMBDA_ROWS } from './lambda';
import { ledger } from './ledger';

const SECTIONS = [
  { title: 'CloudFront and S3', rows: CLOUDFRONT_ROWS },
  { title: 'API Gateway', rows: API_GATEWAY_ROWS },
  { title: 'Cognito', rows: COGNITO_ROWS },
  { title: 'Lambda', rows: LAMBDA_ROWS },
  { title: 'Secrets of containers', rows: ECS_ROWS },
  { title: 'CloudFormation', rows: CLOUDFORMATION_ROWS },
];
const ROWS = SECTIONS.flatMap(({ rows }) => rows);
const CITED = citedRows(path.resolve(import.meta.dirname, '../../../..'), [
  'packages/local-cloud/src',
  'packages/local-cloud/test',
  'packages/local-cloud/e2e',
  'packages/local-cloud/contract',
  'apps/web-e2e/src',
  'packages/cloudformation/src',
]);

it('every row has a test, or a reason for having none', () => {
  const untestedRows = ROWS.filter(({ id, untested }) => !CITED.has(id) && untested === undefined);
  expect(untestedRows.map(({ id, behavior }) => `${id}: ${behavior}`)).toEqual([]);
});

it('a row with a test has no reason for having none', () => {
  const stale = ROWS.filter(({ id, untested }) => CITED.has(id) && untested !== undefined);
  expect(stale.map(({ id }) => id)).toEqual([]);
});

it('tests cite existing rows only', () => {
  const known = new Set(ROWS.map(({ id }) => id));
  const unknown = [...CITED].filter(([id]) => !known.has(id));
  expect(unknown.map(([id, files]) => `${id} in ${files.join(', ')}`)).toEqual([]);
});

it('FIDELITY.md is up to date', async () => {
  await expect(ledger(SECTIONS, CITED)).toMatchFileSnapshot('../../FIDELITY.md');
});
