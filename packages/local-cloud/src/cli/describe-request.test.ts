import { expect, test } from 'vitest';
import { logRequest } from '../../test/console-sample';
import { RequestLog } from '../console/request-log';
import { describeRequest } from './describe-request';

const URL = 'http://localhost:4303/#1';

test('the log line of a refused request has the reason, the active faults, and a link to the console', () => {
  const log = new RequestLog(() => ({ switches: ['API down'], clockOffsetMs: 0 }));
  const request = logRequest(log, '/api/a?name=secret', 401, [
    ['apigateway', 'authorizer.token-missing', { authorizer: 'users', header: 'Authorization', scopes: [] }],
  ]);
  expect(describeRequest(request, URL)).toMatch(
    /^GET \/api\/a 401 3\.2 ms {2}Authorizer: rejected: .+ {2}\[active: API down\] {2}http:\/\/localhost:4303\/#1$/,
  );
});

test('the log line of a successful request is short', () => {
  expect(describeRequest(logRequest(new RequestLog(), '/a', 200, []), URL)).toBe('GET /a 200 3.2 ms');
});
