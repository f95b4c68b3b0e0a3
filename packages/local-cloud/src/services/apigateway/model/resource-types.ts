import type { ResourceIdentity, ResourceTypes } from '@spa-on-aws/cloudformation';

const shortId = (resource: ResourceIdentity): string => resource.id(10);

/** `Ref` and attributes of the API Gateway resource types, the V2 VPC link included. */
export const apiGatewayResourceTypes: ResourceTypes = {
  'AWS::ApiGateway::RestApi': {
    ref: shortId,
    attributes: { RestApiId: shortId, RootResourceId: (api) => `${api.id(9)}/` },
  },
  'AWS::ApiGateway::Resource': { ref: shortId, attributes: { ResourceId: shortId } },
  'AWS::ApiGateway::Method': { ref: shortId, attributes: {} },
  'AWS::ApiGateway::Authorizer': { ref: shortId, attributes: { AuthorizerId: shortId } },
  'AWS::ApiGateway::GatewayResponse': { ref: shortId, attributes: { Id: shortId } },
  'AWS::ApiGateway::Deployment': { ref: shortId, attributes: { DeploymentId: shortId } },
  'AWS::ApiGateway::Stage': { ref: (stage) => String(stage.property('StageName')), attributes: {} },
  'AWS::ApiGateway::ApiKey': { ref: shortId, attributes: { APIKeyId: shortId } },
  'AWS::ApiGateway::RequestValidator': { ref: shortId, attributes: { RequestValidatorId: shortId } },
  'AWS::ApiGateway::UsagePlan': { ref: shortId, attributes: { Id: shortId } },
  'AWS::ApiGateway::UsagePlanKey': { ref: shortId, attributes: { Id: shortId } },
  'AWS::ApiGateway::VpcLink': { ref: shortId, attributes: { VpcLinkId: shortId } },
  'AWS::ApiGatewayV2::VpcLink': { ref: shortId, attributes: { VpcLinkId: shortId } },
};
