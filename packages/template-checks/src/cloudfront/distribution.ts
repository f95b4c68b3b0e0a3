import type { TemplateResource, TemplateDocument, Value } from '@spa-on-aws/cloudformation';

/** Cache behavior of a distribution. */
export interface Behavior {
  readonly distribution: TemplateResource;
  /** `*` for the default behavior. */
  readonly pattern: string;
  readonly isDefault: boolean;
  readonly config: Value;
  /** Its origin; `undefined` when the distribution does not have it. */
  readonly origin: Value | undefined;
}

/** Name of a behavior in findings. */
export function nameOf({ isDefault, pattern }: Behavior): string {
  return isDefault ? 'the default behavior' : `behavior ${pattern}`;
}

export function distributionsOf(template: TemplateDocument): readonly TemplateResource[] {
  return template.ofType('AWS::CloudFront::Distribution');
}

/** Returns the behaviors of all distributions in order of precedence, the default behavior last. */
export function behaviorsOf(template: TemplateDocument): readonly Behavior[] {
  return distributionsOf(template).flatMap((distribution) => {
    const config = distribution.properties.get('DistributionConfig');
    const origins = config.get('Origins').items;
    const all = [...config.get('CacheBehaviors').items, config.get('DefaultCacheBehavior')];
    return all.map((behavior, index) => ({
      distribution,
      pattern: behavior.get('PathPattern').literal ?? '*',
      isDefault: index === all.length - 1,
      config: behavior,
      origin: origins.find((origin) => origin.get('Id').text === behavior.get('TargetOriginId').text),
    }));
  });
}

/** Returns the logical id of the REST API that is the origin of a behavior. */
export function apiBehind(template: TemplateDocument, behavior: Behavior): string | undefined {
  return template.mentioned(behavior.origin?.get('DomainName'), 'AWS::ApiGateway::RestApi')?.id;
}

/** Returns the logical id of the bucket that is the origin of a behavior. */
export function bucketBehind(template: TemplateDocument, behavior: Behavior): string | undefined {
  return template.mentioned(behavior.origin?.get('DomainName'), 'AWS::S3::Bucket')?.id;
}
