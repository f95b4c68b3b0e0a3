import type { TemplateDocument } from '@spa-on-aws/cloudformation';
import { isCustomResource, typesOf } from '../reachability/known-types';
import { bill, type Line } from './bill';
import { estimateCapacity } from './capacity';
import {
  combined,
  estimateEdge,
  estimateGateway,
  estimateMonitoring,
  estimateNetwork,
  estimateTables,
  estimateWebAcls,
  type Estimator,
} from './estimators';
import { estimateFunctions } from './functions';
import { Load } from './load';
import { describePlans } from './plans';
import { type PriceSource, SNAPSHOT_ONLY } from './price-list';
import type { Price } from './prices';

/** Costs of an idle stack come first. */
const ESTIMATORS: readonly Estimator[] = [
  estimateNetwork,
  estimateCapacity,
  estimateFunctions,
  estimateMonitoring,
  estimateWebAcls,
  estimateGateway,
  estimateEdge,
  estimateTables,
];

/** Default loads, in API requests per second; 0 is idle. */
export const DEFAULT_LOADS: readonly number[] = [0, 1, 10, 1000];

export interface MonthlyBill {
  readonly load: Load;
  readonly lines: readonly Line[];
  readonly usd: number;
  readonly remarks: readonly string[];
}

/** Monthly cost of a stack under several loads. */
export interface CostReport {
  readonly bills: readonly MonthlyBill[];
  /** Costs of CloudFront with a flat-rate plan. */
  readonly plans: string;
  /** Costs that the bills do not include. */
  readonly unpriced: readonly string[];
  /** Nested stacks whose templates are not on this machine; the bills do not include their resources. */
  readonly unread: readonly string[];
}

export interface CostOptions {
  /** API requests per second, one bill for each. Default: {@link DEFAULT_LOADS}. */
  readonly requestsPerSecond?: readonly number[];
  /** Counts the account's free units as free. Set it to false when other stacks use them up. Default: true. */
  readonly freeTier?: boolean;
  /** Default: the snapshot. */
  readonly prices?: PriceSource;
}

/** Returns the prices that a report needs. */
export function pricesOf(
  template: TemplateDocument,
  requestsPerSecond: readonly number[] = DEFAULT_LOADS,
): readonly Price[] {
  const usages = requestsPerSecond.flatMap((count) => estimated(template, new Load(count)).usages);
  return [...new Set(usages.filter(({ units }) => units > 0).map(({ price }) => price))];
}

/** Computes what the resources of a template cost per month. */
export function costOf(template: TemplateDocument, options: CostOptions = {}): CostReport {
  const { requestsPerSecond = DEFAULT_LOADS, freeTier = true, prices = SNAPSHOT_ONLY } = options;
  const bills = requestsPerSecond.map((count) => {
    const load = new Load(count);
    const { usages, remarks } = estimated(template, load);
    const priced = usages.map((usage) => ({
      ...usage,
      price: prices.current.get(usage.price) ?? usage.price,
    }));
    const lines = bill(priced, freeTier);
    return { load, lines, usd: lines.reduce((sum, line) => sum + line.usd, 0), remarks };
  });
  const unread = template.ofType('AWS::CloudFormation::Stack').map(({ id }) => id);
  return { bills, plans: describePlans(bills.map(({ load }) => load)), unpriced: unpriced(template), unread };
}

function estimated(template: TemplateDocument, load: Load) {
  return combined(ESTIMATORS.map((estimate) => estimate(template, load)));
}

/** Types that the estimators count. */
const PRICED = typesOf({
  ApiGateway: 'RestApi Stage',
  ApplicationAutoScaling: 'ScalableTarget ScalingPolicy',
  AutoScaling: 'AutoScalingGroup',
  CloudFront: 'Distribution Function',
  CloudWatch: 'Alarm Dashboard',
  EC2: 'LaunchTemplate NatGateway VPCEndpoint',
  ECS: 'Service TaskDefinition',
  ElasticLoadBalancingV2: 'LoadBalancer',
  KMS: 'Key',
  Lambda: 'Alias',
  Logs: 'MetricFilter',
  WAFv2: 'WebACL',
});

/** Prices of active users a month, by tier of the user pool. The default is Essentials. */
const COGNITO_TIERS: Readonly<Record<string, string>> = {
  LITE: 'free up to 10,000 active users a month, then $0.0055 for each',
  ESSENTIALS: 'free up to 10,000 active users a month, then $0.015 for each',
  PLUS: '$0.02 for each active user a month, without free ones',
};

/** Types with a cost that is not counted, and why. */
const NOT_COUNTED: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'storage and backups of tables without a time to live: usually less than 1 KB',
  'AWS::EC2::FlowLog': 'flow logs: depends on the number of rejected connections, usually a few cents',
  'AWS::Lambda::Function': 'Lambda functions that run during deployments: less than a cent per deployment',
  'AWS::Logs::LogGroup': 'logs other than request logs: a few cents',
  'AWS::Route53::RecordSet': 'the existing hosted zone: $0.50 a month',
  'AWS::S3::Bucket': 'storage of the site, requests to buckets and uploads: less than a cent per deployment',
  'AWS::SNS::Subscription': 'alarm emails: free up to 1,000 a month',
};

const FREE = typesOf({
  ApiGateway: `Authorizer Deployment GatewayResponse Method Model RequestValidator Resource Account BasePathMapping
    DomainName`,
  // AWS lists no price for VPC links (v2).
  ApiGatewayV2: 'VpcLink',
  CDK: 'Metadata',
  CertificateManager: 'Certificate',
  CloudFront: 'CachePolicy OriginAccessControl OriginRequestPolicy ResponseHeadersPolicy',
  // Deployments to Lambda and ECS are free.
  CodeDeploy: 'Application DeploymentGroup',
  Cognito: 'ManagedLoginBranding UserPoolClient UserPoolDomain UserPoolGroup UserPoolResourceServer',
  EC2: `InternetGateway NetworkAcl NetworkAclEntry Route RouteTable SecurityGroup SecurityGroupEgress
    SecurityGroupIngress Subnet SubnetRouteTableAssociation SubnetNetworkAclAssociation VPC
    VPCGatewayAttachment`,
  ECS: 'CapacityProvider Cluster ClusterCapacityProviderAssociations',
  ElasticLoadBalancingV2: 'Listener ListenerRule TargetGroup',
  IAM: 'InstanceProfile ManagedPolicy OIDCProvider Policy Role',
  KMS: 'Alias',
  Lambda: 'LayerVersion Permission Version',
  Logs: 'Delivery DeliveryDestination DeliverySource QueryDefinition ResourcePolicy',
  S3: 'BucketPolicy',
  SNS: 'Topic TopicPolicy',
  WAFv2: 'LoggingConfiguration WebACLAssociation',
  XRay: 'Group SamplingRule',
});

/** Lists costs that the numbers do not include: small ones, and types without a known price. */
function unpriced(template: TemplateDocument): readonly string[] {
  const types = [...new Set(template.resources.map((resource) => resource.type))].sort();
  const known = types.flatMap((type) => NOT_COUNTED[type] ?? []);
  const tiers = template
    .ofType('AWS::Cognito::UserPool')
    .map(
      ({ properties }) => COGNITO_TIERS[properties.get('UserPoolTier').text] ?? COGNITO_TIERS['ESSENTIALS'],
    );
  const unknown = types.filter(
    (type) =>
      !PRICED.has(type) &&
      !FREE.has(type) &&
      !(type in NOT_COUNTED) &&
      type !== 'AWS::Cognito::UserPool' &&
      type !== 'AWS::CloudFormation::Stack' &&
      !isCustomResource(type),
  );
  return [
    ...tiers.map((price) => `Cognito: ${price ?? ''}; a template does not contain the number of users`),
    ...known,
    ...(template.ofType('AWS::ECS::TaskDefinition').length > 0
      ? ['the container image in ECR: $0.10 per GB a month']
      : []),
    'data transfer between availability zones, and taxes',
    ...template
      .ofType('AWS::CloudFormation::Stack')
      .map(({ id }) => `all resources of nested stack ${id}: its template is not on this machine`),
    ...unknown.map((type) => `${type}: no price known`),
  ];
}
