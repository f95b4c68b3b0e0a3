import { expect, test } from '@playwright/test';
import { parityReport } from './parity-report';

test('parityReport lists differences first, then what could not be compared', () => {
  const report = parityReport('http://localhost:4300', 'https://d111.cloudfront.net', [
    { expectation: { rows: ['ROW-1'], name: 'the page' }, differences: [] },
    { expectation: { rows: ['ROW-2'], name: 'HTTP' }, differences: undefined },
    {
      expectation: { rows: ['ROW-3', 'ROW-4'], name: 'no token' },
      differences: ['status 401 / 403', 'server: absent / a|b'],
    },
  ]);
  expect(report.split('\n')).toEqual([
    '# http://localhost:4300 / https://d111.cloudfront.net',
    '',
    '3 requests: 1 differ in status, headers or shape of the body, ' +
      '1 not compared because one deployment lacks the endpoint, 1 equal.',
    '',
    '## Different',
    '',
    '| Rows | Request | Here / there |',
    '| --- | --- | --- |',
    '| ROW-3 ROW-4 | no token | status 401 / 403<br>server: absent / a\\|b |',
    '',
    '## Not compared',
    '',
    '| Rows | Request |',
    '| --- | --- |',
    '| ROW-2 | HTTP |',
    '',
    '## Equal',
    '',
    '| Rows | Request |',
    '| --- | --- |',
    '| ROW-1 | the page |',
    '',
  ]);
});
