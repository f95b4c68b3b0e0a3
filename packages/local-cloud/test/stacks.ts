import { apiGatewayResourceTypes } from '../src/services/apigateway/service';
import { cloudFrontResourceTypes } from '../src/services/cloudfront/resource-types';
import { dynamoDbResourceTypes } from '../src/services/dynamodb/model/table';
import { elasticLoadBalancingResourceTypes } from '../src/services/elasticloadbalancing/model/load-balancer';
import { s3ResourceTypes } from '../src/services/s3/model/bucket';
import { parseTemplate, Stack } from '@spa-on-aws/cloudformation';

/** Returns a stack of resources, given as in a template. */
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
