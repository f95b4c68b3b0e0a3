import type { ResourceIdentity, ResourceTypes, Stack } from '@spa-on-aws/cloudformation';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const userPoolId = (resource: ResourceIdentity): string =>
  `${resource.region}_${resource.id(9, ALPHANUMERIC)}`;

const providerName = (resource: ResourceIdentity): string =>
  `cognito-idp.${resource.region}.${resource.urlSuffix}/${userPoolId(resource)}`;

const clientId = (resource: ResourceIdentity): string => resource.id(26);

const property =
  (name: string) =>
  (resource: ResourceIdentity): string =>
    String(resource.property(name));

function brandingId(resource: ResourceIdentity): string {
  const hex = resource.id(32, '0123456789abcdef');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const cognitoResourceTypes: ResourceTypes = {
  'AWS::Cognito::UserPool': {
    ref: userPoolId,
    attributes: {
      Arn: (resource) =>
        `arn:${resource.partition}:cognito-idp:${resource.region}:${resource.accountId}:userpool/${userPoolId(resource)}`,
      ProviderName: providerName,
      ProviderURL: (resource) => `https://${providerName(resource)}`,
      UserPoolId: userPoolId,
    },
  },
  'AWS::Cognito::UserPoolClient': {
    ref: clientId,
    attributes: {
      ClientId: clientId,
      // The first 26 characters are the client's id.
      ClientSecret: (resource) => resource.id(77).slice(26),
      Name: property('ClientName'),
    },
  },
  'AWS::Cognito::UserPoolDomain': {
    ref: property('Domain'),
    attributes: {
      CloudFrontDistribution: (resource) => `d${resource.id(13)}.cloudfront.net`,
      Id: property('Domain'),
    },
  },
  'AWS::Cognito::UserPoolResourceServer': { ref: property('Identifier'), attributes: {} },
  'AWS::Cognito::UserPoolGroup': { ref: property('GroupName'), attributes: {} },
  'AWS::Cognito::ManagedLoginBranding': {
    ref: (resource) => `${String(resource.property('UserPoolId'))}|${brandingId(resource)}`,
    attributes: { ManagedLoginBrandingId: brandingId },
  },
};

/** AWS hosts of the region's endpoint and each pool's domain; reads names only, so it works before hosts are mapped. */
export function cognitoHosts(stack: Stack): string[] {
  const domains = stack
    .ofType('AWS::Cognito::UserPoolDomain')
    .map((domain) => `${domain.ref}.auth.${stack.region}.amazoncognito.com`);
  const pools = stack.ofType('AWS::Cognito::UserPool');
  return pools.length > 0 ? [`cognito-idp.${stack.region}.amazonaws.com`, ...domains] : domains;
}
