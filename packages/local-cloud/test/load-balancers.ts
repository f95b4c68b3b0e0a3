import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { BackendRequest } from '../src/http/backend';
import { HeaderList } from '../src/http/header-list';
import {
  type LoadBalancer,
  readLoadBalancers,
} from '../src/services/elasticloadbalancing/model/load-balancer';
import {
  BackendFaults,
  loadBalancerBackend,
  type LoadBalancerBackend,
} from '../src/services/elasticloadbalancing/pipeline/backend';
import { Target } from '../src/services/elasticloadbalancing/pipeline/target-health';
import { Trace } from '../src/trace/trace';
import { stackOf } from './stacks';

/** Changes of a test to the load balancer. */
export interface LoadBalancerChange {
  readonly balancer?: object;
  readonly listener?: object;
  readonly group?: object;
  readonly resources?: Parameters<typeof stackOf>[0];
}

/** Reads a load balancer with a listener on port 80 and one target group. */
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

/** Starts a load balancer. Targets are those of one group, or by logical id of the group. */
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

/** Starts a server as a target. */
export async function startTarget(
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Target & { readonly reasons: string[] }> {
  const server = createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const reasons: string[] = [];
  const target = new Target((server.address() as AddressInfo).port, (reason) => void reasons.push(reason));
  return Object.assign(target, { reasons });
}

/** Starts a target that responds with its name. */
export function named(name: string): ReturnType<typeof startTarget> {
  return startTarget((_, response) => response.end(name));
}

/** Returns a request like those of API Gateway. */
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
