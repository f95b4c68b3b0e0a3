import type { ResourceIdentity, ResourceTypes } from '@spa-on-aws/cloudformation';

const bucketName = (bucket: ResourceIdentity): string =>
  String(
    bucket.property('BucketName') ?? `${bucket.stackName}-${bucket.logicalId}-${bucket.id(12)}`.toLowerCase(),
  );

/** `Ref` and attributes of the S3 resource types and of CDK's bucket deployment. */
export const s3ResourceTypes: ResourceTypes = {
  'AWS::S3::Bucket': {
    ref: bucketName,
    attributes: {
      Arn: (bucket) => `arn:${bucket.partition}:s3:::${bucketName(bucket)}`,
      DomainName: (bucket) => `${bucketName(bucket)}.s3.${bucket.urlSuffix}`,
      RegionalDomainName: (bucket) => `${bucketName(bucket)}.s3.${bucket.region}.${bucket.urlSuffix}`,
      DualStackDomainName: (bucket) =>
        `${bucketName(bucket)}.s3.dualstack.${bucket.region}.${bucket.urlSuffix}`,
      WebsiteURL: (bucket) => `http://${bucketName(bucket)}.s3-website-${bucket.region}.${bucket.urlSuffix}`,
    },
  },
  'Custom::CDKBucketDeployment': {
    ref: (deployment) => `aws.cdk.s3deployment.${deployment.id(12)}`,
    attributes: {
      DestinationBucketArn: (deployment) =>
        deployment.property('DestinationBucketArn') ??
        `arn:${deployment.partition}:s3:::${String(deployment.property('DestinationBucketName'))}`,
      SourceObjectKeys: (deployment) => deployment.property('SourceObjectKeys'),
    },
  },
};
