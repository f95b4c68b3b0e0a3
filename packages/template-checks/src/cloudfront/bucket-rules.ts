import { finding, rule, type Findings } from '../rule';
import type { TemplateResource, TemplateDocument } from '@spa-on-aws/cloudformation';
import { behaviorsOf, bucketBehind, distributionsOf } from './distribution';

export const bucketsArePrivate = rule(
  'site',
  'site-bucket-private',
  'the site’s bucket blocks public access, and only the distribution can read it, through origin access control',
  function* ({ template }) {
    const served = new Set(
      behaviorsOf(template).flatMap((behavior) => bucketBehind(template, behavior) ?? []),
    );
    for (const distribution of distributionsOf(template)) {
      for (const origin of distribution.properties.get('DistributionConfig', 'Origins').items) {
        if (!origin.get('S3OriginConfig').isPresent) continue;
        const control = origin.get('OriginAccessControlId');
        if (template.referred(control, 'AWS::CloudFront::OriginAccessControl')) continue;
        yield finding(
          control,
          `origin ${origin.get('Id').text} has no origin access control of this template`,
          'Set OriginAccessControlId to an AWS::CloudFront::OriginAccessControl of type s3.',
        );
      }
    }
    for (const id of served) {
      const bucket = template.resource(id);
      if (!bucket) continue;
      yield* publicAccessFindings(bucket);
      yield* readerFindings(template, bucket);
    }
  },
  ['CF-S3-03'],
);

function* publicAccessFindings(bucket: TemplateResource): Findings {
  const block = bucket.properties.get('PublicAccessBlockConfiguration');
  for (const setting of [
    'BlockPublicAcls',
    'BlockPublicPolicy',
    'IgnorePublicAcls',
    'RestrictPublicBuckets',
  ]) {
    if (block.get(setting).boolean === true) continue;
    yield finding(
      block.get(setting),
      `${setting} of bucket ${bucket.id} is not true: the bucket could become public`,
      'Block all public access.',
    );
  }
}

function* readerFindings(template: TemplateDocument, bucket: TemplateResource): Findings {
  const policies = template
    .ofType('AWS::S3::BucketPolicy')
    .filter((policy) => policy.properties.get('Bucket').is(bucket.id));
  let isReadByDistribution = false;
  for (const statement of policies.flatMap(
    (policy) => policy.properties.get('PolicyDocument', 'Statement').items,
  )) {
    if (statement.get('Effect').text !== 'Allow') continue;
    const principal = statement.get('Principal');
    const source = statement.get('Condition', 'StringEquals', 'AWS:SourceArn');
    const distribution = template.mentioned(source, 'AWS::CloudFront::Distribution');
    if (principal.get('Service').text === 'cloudfront.amazonaws.com' && distribution) {
      isReadByDistribution = true;
      continue;
    }
    const role = template.referred(principal.get('AWS'), 'AWS::IAM::Role');
    if (role) continue;
    yield finding(
      statement,
      `a statement allows a principal other than the distribution and roles of this template to access bucket ${bucket.id}`,
      'Allow only cloudfront.amazonaws.com, with the ARN of the distribution as AWS:SourceArn.',
    );
  }
  if (!isReadByDistribution) {
    yield finding(
      bucket,
      `no bucket policy allows the distribution to read bucket ${bucket.id}: every page would fail`,
      'Allow s3:GetObject for cloudfront.amazonaws.com, with the ARN of the distribution as AWS:SourceArn.',
    );
  }
}
