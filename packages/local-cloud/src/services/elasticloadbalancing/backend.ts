import { finished, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Backend, type BackendRequest, BackendUnreachableError } from '../apigateway/backend';
import { Deadline } from '../apigateway/deadline';
import { splitOnce } from '../apigateway/query';
import type { Response } from '../../http/message';
import { Upstream } from '../../http/upstream';
import type { BackendFaults } from './faults';
import type { ListenerAction } from './listener-action';
import type { Listener, ListenerRule, LoadBalancer } from './load-balancer';
import { errorPage, ownAnswer } from './own-answer';
import type { RegisteredTargets, Target } from './target';
import type { TargetGroup } from './target-group';
import { toTargetHeaders } from './target-headers';
import { TargetHealth } from './target-health';

const LOOPBACK = '127.0.0.1';
const SERVICE = 'Load balancer';

/** The way through a load balancer to the containers behind it. */
export interface LoadBalancerBackend {
  readonly send: Backend;
  /** Ends health checks and drops connections. */
  close(): void;
}

/** Forwards requests as a load balancer does, and answers those itself that no target can take (row AG-LIM-06). */
export function loadBalancerBackend(
  loadBalancer: LoadBalancer,
  targets: RegisteredTargets,
  faults: BackendFaults,
): LoadBalancerBackend {
  const upstream = new Upstream();
  const health = new Map(
    loadBalancer.targetGroups.map((group) => [group.arn, new TargetHealth(group, targets)]),
  );
  const turns = new Turns();
  const isNetwork = loadBalancer.type === 'network';

  const send: Backend = async (request) => {
    const listener = loadBalancer.listeners.get(request.port);
    if (!listener)
      throw new BackendUnreachableError(`${loadBalancer.logicalId} has no listener on port ${request.port}`);
    const rule = isNetwork ? undefined : matchingRule(listener, request);
    const action = rule?.action ?? listener.defaultAction;
    const why = rule
      ? `rule ${rule.priority} of port ${listener.port}`
      : `the default action of port ${listener.port}`;
    if (action.type !== 'forward') return answerItself(action, listener, request, why);

    const group = turns.group(listener, action);
    const available = faults.mode === 'down' ? [] : (health.get(group.arn)?.available() ?? []);
    const target = turns.target(group, available);
    if (!target) return withoutTarget(isNetwork, group, faults, request);
    request.trace.note(
      SERVICE,
      `${why} forwards to target group ${group.logicalId}: port ${target.port}, 1 of ${available.length}`,
    );
    return forward(target, listener, request);
  };

  /** A network load balancer passes everything on as it is, and what breaks is seen as a broken connection. */
  const forward = async (target: Target, listener: Listener, request: BackendRequest): Promise<Response> => {
    const { idleTimeoutMs } = loadBalancer.attributes;
    const idle = new Deadline(isNetwork ? undefined : idleTimeoutMs, request.signal);
    const { headers, changes } = isNetwork
      ? { headers: request.headers, changes: [] }
      : toTargetHeaders(request.headers, listener, loadBalancer.attributes, LOOPBACK);
    const { signal } = idle;
    const done = occupy(target);
    try {
      if (faults.delayMs > 0) await delay(faults.delayMs, undefined, { signal });
      if (faults.mode === 'failing') {
        request.trace.note('Container', 'fails on purpose: it was switched to failing');
        done();
        return errorPage(500);
      }
      const response = await upstream.send(LOOPBACK, target.port, { ...request, headers, signal });
      request.trace.note('Container', `answered ${response.status}`, { headers: changes });
      if (response.body instanceof Readable) finished(response.body, done);
      else done();
      return response;
    } catch (error) {
      done();
      if (request.signal.aborted) throw error;
      const cause = error instanceof Error ? error.message : String(error);
      if (isNetwork)
        throw new BackendUnreachableError(`the connection to port ${target.port} broke off (${cause})`);
      return idle.isOver
        ? refuse(
            504,
            `no answer from port ${target.port} within its idle timeout of ${idleTimeoutMs / 1_000} s`,
            request,
          )
        : refuse(502, `the connection to port ${target.port} broke off before an answer (${cause})`, request);
    } finally {
      idle.lift();
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

function occupy(target: Target): () => void {
  target.inFlight++;
  let isDone = false;
  return () => {
    if (!isDone) target.inFlight--;
    isDone = true;
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
  return listener.rules.find(({ conditions }) => conditions.every((condition) => condition(request)));
}

/** Whose turn it is. */
class Turns {
  readonly #counts = new WeakMap<object, number>();

  /** Of several groups each as often as its weight says. */
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

function withoutTarget(
  isNetwork: boolean,
  group: TargetGroup,
  { mode }: BackendFaults,
  request: BackendRequest,
): Response {
  const why = `target group ${group.logicalId} has no healthy target${mode === 'down' ? ': it was switched off' : ''}`;
  if (isNetwork) throw new BackendUnreachableError(why);
  return refuse(503, why, request);
}

function refuse(status: 502 | 503 | 504, why: string, { trace }: BackendRequest): Response {
  trace.note(SERVICE, `answers ${status} itself: ${why}`);
  return errorPage(status);
}

function answerItself(
  action: Exclude<ListenerAction, { type: 'forward' }>,
  listener: Listener,
  request: BackendRequest,
  why: string,
): Response {
  request.trace.note(SERVICE, `${why} answers ${action.status} itself`);
  if (action.type === 'fixed-response')
    return ownAnswer(action.status, action.body, [['Content-Type', action.contentType]]);
  const [path = '', query = ''] = request.target.split(/\?(.*)/s);
  const [host = '', port = String(listener.port)] = (request.headers.get('host') ?? '').split(':');
  const values: Record<string, string> = {
    protocol: listener.protocol.toUpperCase(),
    host,
    port,
    path: path.slice(1),
    query,
  };
  const fill = (text: string): string =>
    text.replace(/#\{(protocol|host|port|path|query)\}/g, (_, name: string) => values[name] ?? '');
  const { location } = action;
  const filledQuery = fill(location.query);
  const url = `${fill(location.protocol).toLowerCase()}://${fill(location.host)}:${fill(location.port)}${fill(location.path)}${filledQuery === '' ? '' : `?${filledQuery}`}`;
  const page = action.status === 301 ? '301 Moved Permanently' : '302 Found';
  const body = `<html>\r\n<head><title>${page}</title></head>\r\n<body>\r\n<center><h1>${page}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return ownAnswer(action.status, body, [
    ['Content-Type', 'text/html'],
    ['Location', url],
  ]);
}
