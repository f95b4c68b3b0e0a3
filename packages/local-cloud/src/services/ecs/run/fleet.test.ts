import { expect, test } from 'vitest';
import { readLoadBalancer } from '../../../../test/load-balancers';
import { type ContainerToRun, fingerprintOf } from './fleet';

function fingerprint(targetGroup: object): string {
  const [group] = readLoadBalancer({ group: targetGroup }).targetGroups;
  if (!group) throw new Error('no target group');
  const { healthCheck, deregistrationDelayMs } = group;
  const { path, healthyStatuses } = healthCheck;
  return fingerprintOf({
    definition: {},
    environment: {},
    targetGroup: { path, healthyStatuses, deregistrationDelayMs },
  } as ContainerToRun);
}

const delay = (seconds: number): object => ({
  TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(seconds) }],
});

test.each([
  ['a health check path', { HealthCheckPath: '/a' }, { HealthCheckPath: '/b' }],
  ['healthy statuses', { Matcher: { HttpCode: '200,204' } }, { Matcher: { HttpCode: '200-204' } }],
  ['a deregistration delay', delay(10), delay(20)],
])('fingerprintOf changes with %s', (_, before, after) => {
  expect(fingerprint(before)).toBe(fingerprint(before));
  expect(fingerprint(after)).not.toBe(fingerprint(before));
});
