import { expect, test } from 'vitest';
import { serveHistoryTable } from '../../test/history-table';
import { loadFunction } from '../../test/lambda';

test('the function handles the body of an event', async () => {
  const { environment } = await serveHistoryTable();
  const call = await loadFunction(environment);
  expect(await call('POST', '/api/greetings', '{"name":"Grace"}')).toMatchObject({
    statusCode: 201,
    body: expect.stringContaining('Hello, Grace!'),
  });
  expect(await call('POST', '/api/greetings', '{"name":')).toMatchObject({ statusCode: 400 });
});
