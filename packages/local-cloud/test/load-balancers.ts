import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { BackendRequest } from '../src/services/apigateway/backend';
import { loadBalancerBackend, type LoadBalancerBackend } from '../src/services/elasticloadbalancing/backend';
import { BackendFaults } from '../src/services/elasticloadbalancing/faults';
import { type LoadBalancer, readLoadBalancers } from '../src/services/elasticloadbalancing/load-balancer';
import { Target } from '../src/services/elasticloadbalancing/target';
import { HeaderList } from '../src/http/header-list';
import { Trace } from '../src/trace/trace';
import { stackOf } from './stacks';

/** What a test changes of the load balancer. */
export interface LoadBalancerChange {
  readonly balancer?: object;
  readonly listener?: object;
  readonly group?: object;
  readonly resources?: Parameters<typeof stackOf>[0];
}

/** A load balancer with a listener on port 80 and one target group. */
export function readLoadBalancer(change: LoadBalancerChange = {}): LoadBalancer {
  const stack = stackOf({
    Balancer: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: { Scheme: 'internal', ...change.balancer },
    },
    Listener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: {
        LoadBalancerArn: { Ref: 'Balancer' },
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Group' } }],
        ...change.listener,
      },
    },
    Group: {
      Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      Properties: { Protocol: 'HTTP', HealthCheckPath: '/ready', ...change.group },
    },
    ...change.resources,
  });
  const [loadBalancer] = readLoadBalancers(stack);
  if (!loadBalancer) throw new Error('no load balancer');
  return loadBalancer;
}

/** A running load balancer in front of targets, for one group or by logical id of the group. */
export function runLoadBalancer(
  change: LoadBalancerChange,
  targets: readonly Target[] | Readonly<Record<string, readonly Target[]>>,
): { readonly faults: BackendFaults; readonly send: LoadBalancerBackend['send'] } {
  const loadBalancer = readLoadBalancer(change);
  const faults = new BackendFaults();
  const byGroup = Array.isArray(targets)
    ? { Group: targets as readonly Target[] }
    : (targets as Record<string, readonly Target[]>);
  const registered = (arn: string): readonly Target[] => {
    const group = loadBalancer.targetGroups.find((candidate) => candidate.arn === arn);
    return byGroup[group?.logicalId ?? ''] ?? [];
  };
  const { send, close } = loadBalancerBackend(loadBalancer, registered, faults);
  onTestFinished(close);
  return { faults, send };
}

/** A server on this machine that is registered as a target. */
export async function startTarget(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Target & { readonly gaveUp: string[] }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const gaveUp: string[] = [];
  const target = new Target((server.address() as AddressInfo).port, (why) => void gaveUp.push(why));
  return Object.assign(target, { gaveUp });
}

/** A target that says its name. */
export function named(name: string): ReturnType<typeof startTarget> {
  return startTarget((_, response) => response.end(name));
}

/** A request as API Gateway makes it. */
export function backendRequest(
  target = '/',
  change: Partial<Pick<BackendRequest, 'method' | 'port' | 'signal'>> & { headers?: [string, string][] } = {},
): BackendRequest {
  return {
    method: change.method ?? 'GET',
    target,
    port: change.port ?? 80,
    headers: new HeaderList([['Host', 'internal.example'], ...(change.headers ?? [])]),
    body: undefined,
    signal: change.signal ?? new AbortController().signal,
    trace: new Trace(),
  };
}
