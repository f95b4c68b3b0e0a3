import { expect, onTestFinished, test } from 'vitest';
import { named, readLoadBalancer, startTarget } from '../../../test/load-balancers';
import { Target } from './target';
import { TargetHealth } from './target-health';

function watching(group: object, targets: readonly Target[]): TargetHealth {
  const [targetGroup] = readLoadBalancer({ group }).targetGroups;
  if (!targetGroup) throw new Error('no group');
  const health = new TargetHealth(targetGroup, () => targets);
  onTestFinished(() => health.close());
  return health;
}

test('a target is given up after as many failures in a row as the threshold says, and comes back likewise', async () => {
  let status = 200;
  const asked: (string | undefined)[] = [];
  const target = await startTarget((request, response) => {
    asked.push(request.url, request.headers['user-agent']);
    response.writeHead(status).end();
  });
  const other = await named('other');
  const health = watching(
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
  expect(target.gaveUp).toEqual(["its load balancer's health check failed 3 times: /ready answered 500."]);
  expect([await availableAfter(200), await availableAfter(200)]).toEqual([false, true]);
  expect(asked.slice(0, 2)).toEqual(['/ready', 'ELB-HealthChecker/2.0']);
});

test('when no target is healthy all of them are used', async () => {
  const target = await startTarget((_, response) => response.writeHead(500).end());
  const health = watching({ UnhealthyThresholdCount: 2 }, [target]);
  await health.checkAll();
  await health.checkAll();
  expect(target.gaveUp).toHaveLength(1);
  expect(health.available()).toEqual([target]);
});

test('a target that cannot be reached fails its check, by HTTP as by TCP', async () => {
  for (const group of [{ UnhealthyThresholdCount: 2 }, { Protocol: 'TCP', UnhealthyThresholdCount: 2 }]) {
    const gaveUp: string[] = [];
    const health = watching(group, [new Target(1, (why) => gaveUp.push(why))]);
    await health.checkAll();
    await health.checkAll();
    expect(gaveUp).toEqual([expect.stringContaining('ECONNREFUSED')]);
  }
});

test('a TCP check is content with a connection', async () => {
  const target = await startTarget((_, response) => response.writeHead(500).end());
  const health = watching({ Protocol: 'TCP', UnhealthyThresholdCount: 2 }, [target, await named('b')]);
  await health.checkAll();
  await health.checkAll();
  expect(health.available()).toContain(target);
});

test('a target that is told to leave waits for what is under way, and no longer than the delay', async () => {
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
