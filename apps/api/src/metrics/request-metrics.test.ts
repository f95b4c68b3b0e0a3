import { expect, test } from 'vitest';
import { serveApp } from '../../test/serve-app';
import { RequestMetrics } from './request-metrics';

function createMetrics() {
  const lines: Record<string, unknown>[] = [];
  const write = (line: object): void => void lines.push(line as Record<string, unknown>);
  return {
    lines,
    metrics: new RequestMetrics('spa-on-aws-dev', write, () => 1_700_000_000_000),
  };
}

const request = { method: 'GET', route: '/api/greeting', status: 200, durationMs: 1.5 } as const;

test('flush() writes the embedded metric format, with all values', () => {
  const { lines, metrics } = createMetrics();
  metrics.observe(request);
  metrics.observe({ ...request, status: 503, durationMs: 20 });
  metrics.observe({ ...request, method: 'HEAD', status: 404, durationMs: 3 });
  expect(lines).toEqual([]);
  metrics.flush();
  expect(lines).toEqual([
    {
      _aws: {
        Timestamp: 1_700_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'spa-on-aws-dev',
            Dimensions: [['Route']],
            Metrics: [
              { Name: 'Requests', Unit: 'Count' },
              { Name: 'Errors', Unit: 'Count' },
              { Name: 'Latency', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      Route: 'GET /api/greeting',
      Requests: 3,
      Errors: 1,
      Latency: [1.5, 20, 3],
    },
  ]);
});

test('a line has at most 100 values, and each value is written once', () => {
  const { lines, metrics } = createMetrics();
  for (let i = 0; i < 250; i += 1) metrics.observe({ ...request, durationMs: i });
  metrics.flush();
  metrics.flush();
  expect(lines.map(({ Requests }) => Requests)).toEqual([100, 100, 50]);
  const values = lines.flatMap(({ Latency }) => Latency as number[]);
  expect(values).toEqual(Array.from({ length: 250 }, (_, i) => i));
});

test('metrics have one route per operation, and one for all unmatched requests', async () => {
  const { lines, metrics } = createMetrics();
  const { url, log } = await serveApp({ onRequestCompleted: (completed) => metrics.observe(completed) });
  const paths = [
    '/nope/1',
    '/nope/2',
    '/api/greetings/1',
    '/api/greetings/2',
    '/api/greeting?name=x',
    '/health',
  ];
  for (const path of paths) {
    for (const method of ['GET', 'HEAD', 'DELETE', 'PUT', 'PROPFIND']) await fetch(url + path, { method });
  }
  await expect.poll(() => log).toHaveLength(30);
  metrics.flush();
  expect(lines.map(({ Route, Requests }) => [Route, Requests])).toEqual([
    ['unmatched', 21],
    ['DELETE /api/greetings/{id}', 2],
    ['GET /api/greeting', 2],
  ]);
});
