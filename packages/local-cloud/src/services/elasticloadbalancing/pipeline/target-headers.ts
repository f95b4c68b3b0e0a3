import { HeaderList } from '../../../http/header-list';
import { nextTrace } from '../../../http/backend';
import type { HeaderChange } from '../../../trace/trace';
import type { Listener, LoadBalancerAttributes } from '../model/load-balancer';

/**
 * Returns the headers that an application load balancer sends to a target (row AG-HD-05): client address, listener and
 * trace id added.
 *
 * @param clientIp address of the load balancer's client
 */
export function toTargetHeaders(
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
