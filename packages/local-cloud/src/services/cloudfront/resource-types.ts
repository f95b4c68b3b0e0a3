import { accessIdentityUserId } from './model/origin';
import type { ResourceIdentity, ResourceType, ResourceTypes } from '@spa-on-aws/cloudformation';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const policy: ResourceType = {
  ref: uuid,
  attributes: { Id: uuid, LastModifiedTime: () => '1970-01-01T00:00:00Z' },
};

function uuid(resource: ResourceIdentity): string {
  const hex = resource.id(32, '0123456789abcdef');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const distributionId = (resource: ResourceIdentity): string => `E${resource.id(13, UPPER)}`;

const functionArn = (resource: ResourceIdentity): string =>
  `arn:${resource.partition}:cloudfront::${resource.accountId}:function/${String(resource.property('Name'))}`;

const keyValueStoreArn = (resource: ResourceIdentity): string =>
  `arn:${resource.partition}:cloudfront::${resource.accountId}:key-value-store/${uuid(resource)}`;

export const cloudFrontResourceTypes: ResourceTypes = {
  'AWS::CloudFront::Distribution': {
    ref: distributionId,
    attributes: { Id: distributionId, DomainName: (resource) => `d${resource.id(13)}.cloudfront.net` },
  },
  'AWS::CloudFront::Function': {
    ref: functionArn,
    attributes: {
      FunctionARN: functionArn,
      'FunctionMetadata.FunctionARN': functionArn,
      Stage: () => 'LIVE',
    },
  },
  'AWS::CloudFront::KeyValueStore': {
    ref: (resource) => String(resource.property('Name')),
    attributes: { Arn: keyValueStoreArn, Id: uuid, Status: () => 'READY' },
  },
  'AWS::CloudFront::OriginAccessControl': {
    ref: distributionId,
    attributes: { Id: distributionId },
  },
  'AWS::CloudFront::CloudFrontOriginAccessIdentity': {
    ref: distributionId,
    attributes: {
      Id: distributionId,
      S3CanonicalUserId: (resource) => accessIdentityUserId(distributionId(resource)),
    },
  },
  'AWS::CloudFront::CachePolicy': policy,
  'AWS::CloudFront::OriginRequestPolicy': policy,
  'AWS::CloudFront::ResponseHeadersPolicy': policy,
};
