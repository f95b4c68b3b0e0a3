import { expect, onTestFinished, test } from 'vitest';
import { named, readLoadBalancer, startTarget } from '../../../../test/load-balancers';
import { Target, TargetHealth } from './target-health';

function healthOf(group: object, targets: readonly Target[]): TargetHealth {
  const [targetGroup] = readLoadBalancer({ group }).targetGroups;
  if (!targetGroup) throw new Error('no group');
  const health = new TargetHealth(targetGroup, () => targets);
  onTestFinished(() => health.close());
  return health;
}

test('a target becomes unhealthy after UnhealthyThresholdCount failures in a row, and healthy again likewise', async () => {
  let status = 200;
  const received: (string | undefined)[] = [];
  const target = await startTarget((request, response) => {
    received.push(request.url, request.headers['user-agent']);
    response.writeHead(status).end();
  });
  const other = await named('other');
  const health = healthOf(
    { UnhealthyThresholdCount: 3, HealthyThresholdCount: 2, Matcher: { HttpCode: '200-204' } },
    [target, other],
  );
  const availableAfter = async (next: number): Promise<boolean> => {
    status = next;
    await health.checkAll();
    return health.available().includes(target);
  };
  expect([await availableAfter(500), await availableAfter(500), await availableAfter(204)]).toEqual([
    true,
    true,
    true,
  ]);
  expect([await availableAfter(500), await availableAfter(404), await availableAfter(500)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(target.reasons).toEqual([
    "its load balancer's health check failed 3 times: /ready responded with 500.",
  ]);
  expect([await availableAfter(200), await availableAfter(200)]).toEqual([false, true]);
  expect(received.slice(0, 2)).toEqual(['/ready', 'ELB-HealthChecker/2.0']);
});

test('uses all targets when none is healthy', async () => {
  const target = await startTarget((_, response) => response.writeHead(500).end());
  const health = healthOf({ UnhealthyThresholdCount: 2 }, [target]);
  await health.checkAll();
  await health.checkAll();
  expect(target.reasons).toHaveLength(1);
  expect(health.available()).toEqual([target]);
});

test('a check of an unreachable target fails, with HTTP and TCP', async () => {
  for (const group of [{ UnhealthyThresholdCount: 2 }, { Protocol: 'TCP', UnhealthyThresholdCount: 2 }]) {
    const reasons: string[] = [];
    const health = healthOf(group, [new Target(1, (reason) => reasons.push(reason))]);
    await health.checkAll();
    await health.checkAll();
    expect(reasons).toEqual([expect.stringContaining('ECONNREFUSED')]);
  }
});

test('a TCP check requires only a connection', async () => {
  const target = await startTarget((_, response) => response.writeHead(500).end());
  const health = healthOf({ Protocol: 'TCP', UnhealthyThresholdCount: 2 }, [target, await named('b')]);
  await health.checkAll();
  await health.checkAll();
  expect(health.available()).toContain(target);
});

test('draining waits for in-flight requests, and no longer than the timeout', async () => {
  const target = new Target(1, () => undefined);
  const signal = new AbortController();
  target.inFlight = 1;
  let drained = false;
  const draining = target.drained(60_000, signal.signal).then(() => (drained = true));
  expect(drained).toBe(false);
  target.inFlight = 0;
  await draining;
  target.inFlight = 1;
  await target.drained(0, signal.signal);
  signal.abort();
  await target.drained(60_000, signal.signal);
});
