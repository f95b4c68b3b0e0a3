import { finished, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Backend, type BackendRequest, BackendUnreachableError, nextTrace } from '../../../http/backend';
import { Deadline } from '../../../http/deadline';
import { type Response, splitOnce } from '../../../http/message';
import { Upstream } from '../../../http/upstream';
import type { ListenerAction } from '../model/listener-action';
import {
  type Listener,
  type ListenerRule,
  type LoadBalancer,
  type LoadBalancerAttributes,
  meetsCondition,
} from '../model/load-balancer';
import type { TargetGroup } from '../model/target-group';
import { HeaderList } from '../../../http/header-list';
import type { HeaderChange } from '../../../trace/trace';
import { actionResponse, errorPage } from './own-response';
import { type RegisteredTargets, type Target, TargetHealth } from './target-health';

const LOOPBACK = '127.0.0.1';
const SERVICE = 'elasticloadbalancing';

/** A fault of the API, switched on by hand: `down` has no healthy target, `failing` responds with 500. */
type FaultMode = 'none' | 'down' | 'failing';

/** Faults that users and tests inject; load balancers check them before they forward a request. */
export class BackendFaults {
  mode: FaultMode = 'none';
  /** Delay before a request is forwarded, in milliseconds. */
  delayMs = 0;

  reset(): void {
    this.mode = 'none';
    this.delayMs = 0;
  }
}

/** A running load balancer. */
export interface LoadBalancerBackend {
  readonly send: Backend;
  /** Stops health checks and closes connections. */
  close(): void;
}

/** Starts a load balancer: listener, rule, target group, target. Responds itself when no target can (row AG-LIM-06). */
export function loadBalancerBackend(
  loadBalancer: LoadBalancer,
  targets: RegisteredTargets,
  faults: BackendFaults,
): LoadBalancerBackend {
  const upstream = new Upstream();
  const health = new Map(
    loadBalancer.targetGroups.map((group) => [group.arn, new TargetHealth(group, targets)]),
  );
  const turns = new RoundRobin();
  const isNetwork = loadBalancer.type === 'network';

  const send: Backend = async (request) => {
    const { trace } = request;
    const listener = loadBalancer.listeners.get(request.port);
    if (!listener)
      throw new BackendUnreachableError('no-listener', `${loadBalancer.logicalId}:${request.port}`);
    const rule = isNetwork ? undefined : matchingRule(listener, request);
    const action = rule?.action ?? listener.defaultAction;
    const decision = { listenerPort: listener.port, rule: rule?.priority };
    if (action.type !== 'forward') {
      trace.add(SERVICE, 'action.responded', { ...decision, action: action.type, status: action.status });
      return actionResponse(action, listener, request);
    }

    const group = turns.group(listener, action);
    const forced = faults.mode === 'down';
    const available = forced ? [] : (health.get(group.arn)?.available() ?? []);
    const target = turns.target(group, available);
    if (!target) {
      if (isNetwork) throw new BackendUnreachableError('no-target', group.logicalId);
      trace.add(SERVICE, 'target.none-healthy', { targetGroup: group.logicalId, forced });
      return errorPage(503);
    }
    trace.add(SERVICE, 'request.forwarded', {
      ...decision,
      targetGroup: group.logicalId,
      targetPort: target.port,
      availableTargets: available.length,
    });
    return forward(target, listener, request);
  };

  /** A network load balancer changes nothing, and its clients see a failure as a broken connection. */
  const forward = async (target: Target, listener: Listener, request: BackendRequest): Promise<Response> => {
    const { trace } = request;
    const { port: targetPort } = target;
    const { idleTimeoutMs } = loadBalancer.attributes;
    const deadline = new Deadline(isNetwork ? undefined : idleTimeoutMs, request.signal);
    const { headers, changes } = isNetwork
      ? { headers: request.headers, changes: [] }
      : toTargetHeaders(request.headers, listener, loadBalancer.attributes, LOOPBACK);
    const { signal } = deadline;
    const done = target.occupy();
    try {
      if (faults.delayMs > 0) await delay(faults.delayMs, undefined, { signal });
      if (faults.mode === 'failing') {
        trace.add(SERVICE, 'container.failure-forced', {});
        done();
        return errorPage(500);
      }
      const response = await upstream.send(LOOPBACK, targetPort, { ...request, headers, signal });
      trace.add(SERVICE, 'container.responded', { status: response.status }, { headers: changes });
      if (response.body instanceof Readable) finished(response.body, done);
      else done();
      return response;
    } catch (error) {
      done();
      if (request.signal.aborted) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      if (isNetwork) throw new BackendUnreachableError('connection-failed', `port ${targetPort}`, detail);
      if (deadline.isExceeded) {
        trace.add(SERVICE, 'target.timed-out', { targetPort, timeoutMs: idleTimeoutMs });
        return errorPage(504);
      }
      trace.add(SERVICE, 'target.connection-failed', { targetPort, detail });
      return errorPage(502);
    } finally {
      deadline.lift();
    }
  };

  return {
    send,
    close: () => {
      for (const checks of health.values()) checks.close();
      upstream.close();
    },
  };
}

function matchingRule(
  listener: Listener,
  { method, target, headers }: BackendRequest,
): ListenerRule | undefined {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const request = {
    method,
    host: (headers.get('host') ?? '').replace(/:\d+$/, ''),
    path,
    query: query.split('&').map(splitOnce),
    headers,
    sourceIp: LOOPBACK,
  };
  return listener.rules.find(({ conditions }) =>
    conditions.every((condition) => meetsCondition(condition, request)),
  );
}

class RoundRobin {
  readonly #counts = new WeakMap<object, number>();

  /** Chooses each of several groups as often as its weight says. */
  group(listener: Listener, { groups }: Extract<ListenerAction, { type: 'forward' }>): TargetGroup {
    const total = groups.reduce((sum, { weight }) => sum + weight, 0);
    let turn = total > 0 ? this.#next(listener) % total : 0;
    const chosen = groups.find(({ weight }) => (turn -= weight) < 0) ?? groups[0];
    if (!chosen) throw new TypeError('A forward action has at least one target group.');
    return chosen.group;
  }

  target(group: TargetGroup, available: readonly Target[]): Target | undefined {
    return available.length === 0 ? undefined : available[this.#next(group) % available.length];
  }

  #next(key: object): number {
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    return count;
  }
}

/** Returns headers for a target (row AG-HD-05): client address, listener and trace id added. */
function toTargetHeaders(
  received: HeaderList,
  { port, protocol }: Listener,
  { forwardedFor, dropsInvalidHeaders }: LoadBalancerAttributes,
  clientIp: string,
): { readonly headers: HeaderList; readonly changes: readonly HeaderChange[] } {
  const headers = new HeaderList(received);
  const changes: HeaderChange[] = [];
  const set = (name: string, value: string, by: string): void => {
    headers.set(name, value);
    changes.push({ on: 'request', op: 'set', name, value, by });
  };
  const remove = (name: string, by: string): void => {
    if (!headers.has(name)) return;
    headers.delete(name);
    changes.push({ on: 'request', op: 'removed', name, by });
  };
  if (dropsInvalidHeaders) {
    for (const [name] of received) {
      if (!/^[A-Za-z\d-]+$/.test(name))
        remove(name, 'the load balancer drops names with characters other than letters, digits and hyphens');
    }
  }
  const chain = received.get('x-forwarded-for');
  if (forwardedFor === 'remove') remove('X-Forwarded-For', 'xff_header_processing.mode of the load balancer');
  if (forwardedFor === 'append')
    set(
      'X-Forwarded-For',
      chain ? `${chain}, ${clientIp}` : clientIp,
      'the load balancer appends its client',
    );
  set('X-Forwarded-Proto', protocol, 'the load balancer’s listener');
  set('X-Forwarded-Port', String(port), 'the load balancer’s listener');
  set(
    'X-Amzn-Trace-Id',
    nextTrace(received.get('x-amzn-trace-id'), Date.now()).header,
    'the load balancer continues the trace',
  );
  return { headers, changes };
}
