import type { Request } from '../../../../http/message';
import type { Behavior, Distribution } from '../../model/distribution';
import { SERVICE } from '../exchange';
import { normalizePath } from '../../model/path-pattern';

/** The first behavior whose pattern matches the path, in the template's order, the default one last (row CF-PATH-01). */
export function chooseBehavior(distribution: Distribution, request: Request): Behavior {
  const path = normalizePath(request.path);
  const index = distribution.behaviors.findIndex(({ matches }) => matches(path));
  const behavior = distribution.behaviors[index];
  if (!behavior) throw new Error(`The default behavior of ${distribution.logicalId} does not match ${path}.`);
  const passedOver = distribution.behaviors.slice(0, index).map(({ pattern }) => pattern);
  const why = isDefault(behavior, distribution)
    ? passedOver.length === 0
      ? 'the only one'
      : `${passedOver.join(', ')} did not match`
    : `${path} matches${passedOver.length === 0 ? '' : `, ${passedOver.join(', ')} did not`}`;
  const name = isDefault(behavior, distribution) ? 'default behavior' : `behavior ${behavior.pattern}`;
  request.trace.note(SERVICE, `${name} (${why}) → origin ${behavior.origin.domainName}`, {
    facts: {
      Behavior: behavior.pattern,
      ...(passedOver.length === 0 ? {} : { 'Patterns that did not match': passedOver.join(', ') }),
      ...(path === request.path ? {} : { 'Path it was chosen by': path }),
      Origin: behavior.origin.domainName,
      'Cache policy': behavior.cachePolicy.name,
      'Origin request policy': behavior.originRequestPolicy?.name ?? 'none',
      'Response headers policy': behavior.responseHeadersPolicy?.name ?? 'none',
    },
  });
  return behavior;
}

function isDefault(behavior: Behavior, { behaviors }: Distribution): boolean {
  return behavior === behaviors.at(-1);
}
