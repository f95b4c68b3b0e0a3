import { expect, test } from 'vitest';
import { serveApp } from '../../test/serve-app';
import { RequestMetrics } from './request-metrics';

function metrics() {
  const lines: Record<string, unknown>[] = [];
  const write = (line: object): void => void lines.push(line as Record<string, unknown>);
  return {
    lines,
    metrics: new RequestMetrics({ namespace: 'spa-on-aws-dev', write, now: () => 1_700_000_000_000 }),
  };
}

const answered = { method: 'GET', route: '/api/greeting', status: 200, durationMs: 1.5 } as const;

test('a line is what CloudWatch reads: namespace, dimension, units, and all the values', () => {
  const { lines, metrics: counted } = metrics();
  counted.observe(answered);
  counted.observe({ ...answered, status: 503, durationMs: 20 });
  counted.observe({ ...answered, method: 'HEAD', status: 404, durationMs: 3 });
  expect(lines).toEqual([]);
  counted.flush();
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

test('a line holds no more values than CloudWatch takes, and nothing is counted twice', () => {
  const { lines, metrics: counted } = metrics();
  for (let i = 0; i < 250; i += 1) counted.observe({ ...answered, durationMs: i });
  counted.flush();
  counted.flush();
  expect(lines.map(({ Requests }) => Requests)).toEqual([100, 100, 50]);
  const values = lines.flatMap(({ Latency }) => Latency as number[]);
  expect(values).toEqual(Array.from({ length: 250 }, (_, i) => i));
});

test('there are as many routes as operations, and one for all the rest, whatever is asked for', async () => {
  const { lines, metrics: counted } = metrics();
  const { url, log } = await serveApp({ onAnswered: (one) => counted.observe(one) });
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
  counted.flush();
  expect(lines.map(({ Route, Requests }) => [Route, Requests])).toEqual([
    ['unmatched', 21],
    ['DELETE /api/greetings/{id}', 2],
    ['GET /api/greeting', 2],
  ]);
});
