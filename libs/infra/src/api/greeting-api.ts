import {
  CognitoUserPoolsAuthorizer,
  ConnectionType,
  EndpointType,
  HttpIntegration,
  RestApi,
  type CfnMethod,
  type Method,
} from 'aws-cdk-lib/aws-apigateway';
import type { IVpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Aws, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** Properties of {@link GreetingApi}. */
export interface GreetingApiProps {
  /** Name of the API's stage, the first segment of its paths. */
  readonly stageName: string;
  /** Whose access tokens are accepted. */
  readonly userPool: IUserPool;
  /** The scope an access token must have, `{resource server}/{scope}`. */
  readonly scope: string;
  /** Where requests go that passed the authorizer. */
  readonly loadBalancer: IApplicationLoadBalancer;
  /** The way to the load balancer. */
  readonly vpcLink: IVpcLink;
}

/**
 * A regional REST API that lets `/api/{anything}` through to the load balancer for holders of an access token with
 * the scope, and nothing else through.
 *
 * The scope on the method makes API Gateway ask for an access token; without one it would take ID tokens and
 * refuse access tokens (AG-AU-04, AG-AU-05).
 */
export class GreetingApi extends Construct {
  readonly restApi: RestApi;
  /** Host name of the API, without scheme. */
  readonly domainName: string;
  /** Path of the stage, `/{stageName}`. */
  readonly originPath: string;

  constructor(scope: Construct, id: string, props: GreetingApiProps) {
    super(scope, id);

    this.restApi = new RestApi(this, 'RestApi', {
      restApiName: Stack.of(this).stackName,
      description: 'Greeting API',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: false,
      deployOptions: { stageName: props.stageName },
    });
    // RestApi announces its URL as an output of its own; the stack has a better one.
    this.restApi.node.tryRemoveChild('Endpoint');
    this.domainName = `${this.restApi.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
    this.originPath = `/${props.stageName}`;

    const method = this.restApi.root
      .addResource('api')
      .addResource('{proxy+}')
      .addMethod(
        'ANY',
        new HttpIntegration(`http://${props.loadBalancer.loadBalancerDnsName}/api/{proxy}`, {
          httpMethod: 'ANY',
          proxy: true,
          options: {
            connectionType: ConnectionType.VPC_LINK,
            vpcLink: props.vpcLink,
            requestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
            timeout: Duration.seconds(29),
          },
        }),
        {
          authorizer: new CognitoUserPoolsAuthorizer(this, 'Authorizer', {
            cognitoUserPools: [props.userPool],
          }),
          authorizationScopes: [props.scope],
          requestParameters: { 'method.request.path.proxy': true },
        },
      );
    this.#targetLoadBalancer(method, props.loadBalancer);
  }

  /**
   * Names the load balancer behind the VPC link, which CDK's own integration cannot (PI-02, PI-07). The deployment
   * changes with it, as it does with all the rest of the method (B13).
   */
  #targetLoadBalancer(method: Method, loadBalancer: IApplicationLoadBalancer): void {
    const resource = method.node.defaultChild as CfnMethod;
    resource.addPropertyOverride('Integration.IntegrationTarget', loadBalancer.loadBalancerArn);
    this.restApi.latestDeployment?.addToLogicalId({ integrationTarget: loadBalancer.loadBalancerArn });
  }
}
