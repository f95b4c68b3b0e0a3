import type { Request } from '../../../../http/message';
import type { Behavior, Distribution } from '../../model/distribution';
import { matchesPath, normalizePath } from '../../model/path-pattern';

/** Selects the first behavior whose pattern matches the path, the default behavior last (row CF-PATH-01). */
export function selectBehavior({ behaviors, logicalId }: Distribution, request: Request): Behavior {
  const path = normalizePath(request.path);
  const index = behaviors.findIndex(({ pattern }) => matchesPath(pattern, path));
  const behavior = behaviors[index];
  if (!behavior) throw new Error(`The default behavior of ${logicalId} does not match ${path}.`);
  request.trace.add('cloudfront', 'behavior.matched', {
    pattern: behavior.pattern,
    isDefault: index === behaviors.length - 1,
    notMatched: behaviors.slice(0, index).map(({ pattern }) => pattern),
    path,
    requestPath: request.path,
    origin: behavior.origin.domainName,
    cachePolicy: behavior.cachePolicy.name,
    originRequestPolicy: behavior.originRequestPolicy?.name,
    responseHeadersPolicy: behavior.responseHeadersPolicy?.name,
  });
  return behavior;
}
