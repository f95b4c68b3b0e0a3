import type { TemplateDocument, TemplateResource } from '@spa-on-aws/cloudformation';
import { apiFunctionsOf } from '../reachability/entry-points';
import type { Estimator } from './estimators';
import { ASSUMED, HOURS } from './load';
import { PRICES } from './prices';

/** Functions that the API invokes: requests, duration and provisioned concurrency. */
export const estimateFunctions: Estimator = (template, load) => ({
  usages: invokedFunctions(template).flatMap(({ id, properties }) => {
    const item = 'Lambda function';
    const isArm = properties.get('Architectures').items.some(({ text }) => text === 'arm64');
    const gb = (properties.get('MemorySize').number ?? 128) / 1024;
    const provisioned = template
      .ofType('AWS::Lambda::Alias')
      .filter((alias) => alias.properties.get('FunctionName').mentions.has(id))
      .map((alias) => alias.properties.get('ProvisionedConcurrencyConfig', 'ProvisionedConcurrentExecutions'))
      .reduce((sum, { number = 0 }) => sum + number, 0);
    return [
      { item, price: PRICES.functionRequests, units: load.requests },
      {
        item,
        price: isArm ? PRICES.functionDurationArm : PRICES.functionDurationX86,
        units: (load.requests * gb * ASSUMED.functionMsPerRequest) / 1000,
      },
      {
        item: 'Provisioned concurrency',
        price: isArm ? PRICES.provisionedConcurrencyArm : PRICES.provisionedConcurrencyX86,
        units: provisioned * gb * HOURS * 3600,
      },
    ];
  }),
});

/** Returns the functions that the API invokes. */
export function invokedFunctions(template: TemplateDocument): readonly TemplateResource[] {
  return [...apiFunctionsOf(template)].flatMap((id) => template.resource(id) ?? []);
}
