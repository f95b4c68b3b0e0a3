import { apiGatewayResourceTypes } from '../src/services/apigateway/model/resource-types';
import { cloudFrontResourceTypes } from '../src/services/cloudfront/resource-types';
import { dynamoDbResourceTypes } from '../src/services/dynamodb/model/resource-types';
import { elasticLoadBalancingResourceTypes } from '../src/services/elasticloadbalancing/model/resource-types';
import { s3ResourceTypes } from '../src/services/s3/model/resource-types';
import { parseTemplate, Stack } from '@spa-on-aws/cloudformation';

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
