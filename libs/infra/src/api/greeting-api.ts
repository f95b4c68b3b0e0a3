import {
  AccessLogFormat,
  CognitoUserPoolsAuthorizer,
  ConnectionType,
  EndpointType,
  HttpIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  ResponseType,
  RestApi,
  type CfnMethod,
  type Method,
} from 'aws-cdk-lib/aws-apigateway';
import type { IVpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import { Stats, Unit, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { FilterPattern, LogGroup, MetricFilter, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { ACCESS_LOG_FIELDS } from './access-log-fields';

/** How many requests the API takes from all callers together; more are answered with 429. */
export interface Throttle {
  /** In a second, over time. */
  readonly requestsPerSecond: number;
  /** At once. */
  readonly burst: number;
}

const THROTTLE: Throttle = { requestsPerSecond: 2_000, burst: 1_000 };

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
  /**
   * The most the API takes, so that neither the backend nor the bill is at the mercy of a caller.
   *
   * @default 2,000 requests a second, 1,000 at once
   */
  readonly throttle?: Throttle;
  /**
   * What becomes of the logs when the stack goes.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A regional REST API that lets `/api/{anything}` through to the load balancer for holders of an access token with
 * the scope, and nothing else through.
 *
 * The scope on the method makes API Gateway ask for an access token; without one it would take ID tokens and
 * refuse access tokens (AG-AU-04, AG-AU-05). Every request leaves a line in {@link GreetingApi.accessLogs} and a trace
 * in X-Ray; why one failed inside API Gateway is in a log group of API Gateway's own naming. It may write to either
 * only with the role that an administrator gives it once per account and region.
 */
export class GreetingApi extends Construct {
  readonly restApi: RestApi;
  /** Host name of the API, without scheme. */
  readonly domainName: string;
  /** Path of the stage, `/{stageName}`. */
  readonly originPath: string;
  /** A JSON object per request, with the {@link ACCESS_LOG_FIELDS}. */
  readonly accessLogs: LogGroup;
  /** How many requests were answered with 429, counted in the access log: API Gateway has no figure for them. */
  readonly throttledRequests: Metric;

  constructor(scope: Construct, id: string, props: GreetingApiProps) {
    super(scope, id);
    const throttle = props.throttle ?? THROTTLE;
    const logs = {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    };
    this.accessLogs = new LogGroup(this, 'AccessLogs', logs);
    this.throttledRequests = this.#countThrottled();

    this.restApi = new RestApi(this, 'RestApi', {
      restApiName: Stack.of(this).stackName,
      description: 'Greeting API',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: false,
      deployOptions: {
        stageName: props.stageName,
        accessLogDestination: new LogGroupLogDestination(this.accessLogs),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        // The API has one method, so figures per method would be the stage's figures, paid for.
        metricsEnabled: false,
        tracingEnabled: true,
        throttlingRateLimit: throttle.requestsPerSecond,
        throttlingBurstLimit: throttle.burst,
      },
    });
    acknowledge(
      this.restApi,
      'The API behind it checks requests by the schemas it shares with its clients.',
      'APIG2',
    );
    // RestApi announces its URL as an output of its own; the stack has a better one.
    this.restApi.node.tryRemoveChild('Endpoint');
    this.domainName = `${this.restApi.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
    this.originPath = `/${props.stageName}`;

    // Left alone, API Gateway makes this group itself: kept for ever, and no stack's to delete (P24).
    const executionLogs = new LogGroup(this, 'ExecutionLogs', {
      logGroupName: `API-Gateway-Execution-Logs_${this.restApi.restApiId}/${props.stageName}`,
      ...logs,
    });
    this.restApi.deploymentStage.node.addDependency(executionLogs);
    this.#answerInJson();

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

  #countThrottled(): Metric {
    return new MetricFilter(this, 'Throttled', {
      logGroup: this.accessLogs,
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace: Stack.of(this).stackName,
      metricName: 'ThrottledRequests',
      metricValue: '1',
      unit: Unit.COUNT,
    }).metric({ statistic: Stats.SUM });
  }

  /**
   * Gives the gateway's own answers the form of AWS's documented ones, kept by no cache (P11, AG-GR-02). Of a failure
   * on the server's side they tell the id to ask for help with.
   */
  #answerInJson(): void {
    const responseHeaders = { 'Cache-Control': "'no-store'" };
    this.restApi.addGatewayResponse('ClientError', {
      type: ResponseType.DEFAULT_4XX,
      responseHeaders,
      templates: { 'application/json': '{"message":$context.error.messageString}' },
    });
    this.restApi.addGatewayResponse('ServerError', {
      type: ResponseType.DEFAULT_5XX,
      responseHeaders,
      templates: {
        'application/json': '{"message":$context.error.messageString,"requestId":"$context.requestId"}',
      },
    });
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
