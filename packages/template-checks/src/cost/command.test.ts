import { expect, test } from 'vitest';
import { operated } from '@spa-on-aws/nx';
import { projectWith } from '@spa-on-aws/nx';

const NOWHERE = { url: 'http://127.0.0.1:9' };

const cost = (options = '') =>
  operated(NOWHERE, `cost ${options}`.trim(), { directory: projectWith('dev'), env: {} });

test('idle cost and the cost of usual loads are shown, with what is left out', async () => {
  const { exitCode, text } = await cost();
  expect(exitCode).toBe(0);
  expect(text).toContain('spa-on-aws-dev: prices of us-east-1 as of');
  expect(text).toMatch(/US dollars a month +idle +1 req\/s +10 req\/s +1,000 req\/s\n/);
  expect(text).toMatch(/\nLoad balancer +16\.43 /);
  expect(text).toMatch(/\nTotal( +[\d,.]+){4}\n/);
  expect(text).toMatch(/Not in these numbers:\n- Cognito: /);
});

test('other loads are other columns', async () => {
  const { text } = await cost('--requests=0,50 --markdown');
  expect(text.split('\n')[0]).toMatch(/^\| US dollars a month +\| +idle \| +50 req\/s \|$/);
});

test('details are quantities, assumptions, and prices with their sources', async () => {
  const { text } = await cost('--details');
  expect(text).toContain('Load balancer: 16.43 = 730 × hour');
  expect(text).toContain('bytesPerRequest: 3000');
  expect(text).toContain('https://aws.amazon.com/api-gateway/pricing/');
});

test('without the account’s free units a stage costs more', async () => {
  const totalOf = (text: string) => Number(/\nTotal +([\d.]+)/.exec(text)?.[1]);
  const [withFree, without] = [await cost('--requests=0'), await cost('--requests=0 --without-free')];
  expect(totalOf(without.text)).toBeGreaterThan(totalOf(withFree.text));
});

test('loads that are no numbers are refused', async () => {
  const { exitCode, text } = await cost('--requests=1,many');
  expect(exitCode).toBe(2);
  expect(text).toContain("--requests '1,many' are no numbers of requests: write them as 0,1,10,1000");
});
