import { apiGatewayResourceTypes } from '../src/apigateway/resource-types';
import { cloudFrontResourceTypes } from '../src/cloudfront/resource-types';
import { dynamoDbResourceTypes } from '../src/dynamodb/resource-types';
import { elasticLoadBalancingResourceTypes } from '../src/elasticloadbalancing/resource-types';
import { s3ResourceTypes } from '../src/s3/resource-types';
import { Stack } from '../src/template/stack';
import { parseTemplate } from '../src/template/template';

/** A stack of the given resources, in the form a template has them. */
export function stackOf(
  resources: Record<string, { Type: string; Properties?: object; DependsOn?: string[] }>,
): Stack {
  return new Stack({
    template: parseTemplate(JSON.stringify({ Resources: resources }), 'test.json'),
    stackName: 'test',
    region: 'eu-west-1',
    accountId: '000000000000',
    resourceTypes: {
      ...apiGatewayResourceTypes,
      ...cloudFrontResourceTypes,
      ...dynamoDbResourceTypes,
      ...elasticLoadBalancingResourceTypes,
      ...s3ResourceTypes,
    },
  });
}
