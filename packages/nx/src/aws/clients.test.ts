import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connectToAws } from './clients';
import { awsFault } from './failures';

test('reports a request that AWS does not answer, and gives up', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
    vi.unstubAllEnvs();
  });
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  const slow: string[] = [];
  const place = { region: 'eu-central-1', profile: undefined };
  const { sts } = connectToAws(place, (operation) => void slow.push(operation), { slow: 10, response: 100 });
  const error: unknown = await sts
    .send(new GetCallerIdentityCommand({}))
    .catch((failure: unknown) => failure);
  expect(awsFault(error, undefined)?.problem).toContain('AWS cannot be reached');
  expect(slow).toEqual(['STSClient GetCallerIdentityCommand']);
});
