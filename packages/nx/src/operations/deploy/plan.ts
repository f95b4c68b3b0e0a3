import type { SynthesizedStack } from '../assembly/assembly';
import type { Connection } from '../checks/connection';
import { retainedResources, shortType } from '../stack/retained-resources';
import type { Terminal } from '../terminal';

/** Says what a deployment will do, and what a later destruction would leave. */
export function deploymentPlan(
  stack: SynthesizedStack,
  action: string,
  { words, caller }: Connection,
  paint: Terminal['paint'],
): string {
  const count = Object.keys(stack.template.Resources).length;
  const images =
    stack.imageCount === 0 ? '' : `, ${stack.imageCount === 1 ? '1 image' : `${stack.imageCount} images`}`;
  const kept = retainedResources(stack.template);
  return [
    '',
    paint('bold', `Deploy stage ${stack.stage}`),
    `  to        ${words}`,
    `  as        ${caller.arn}`,
    `  stack     ${stack.name} ${action}`,
    `  with      ${count} resources${images}`,
    ...(stack.terminationProtection ? ['  protected from deletion'] : []),
    kept.length === 0
      ? '  destroy   would leave nothing of it behind'
      : `  destroy   would leave ${kept.map(({ type, logicalId, holds }) => `${shortType(type)} ${logicalId} (${holds})`).join(', ')}`,
    '',
  ].join('\n');
}
