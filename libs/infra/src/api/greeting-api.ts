import { API_OPERATIONS, type Operation } from '@spa-on-aws/shared-types';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as xray from 'aws-cdk-lib/aws-xray';
import { Aws, Duration, Names, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { RetentionProps } from '../retention';

/**
 * Fields of the API's access log, and the `$context` variables of API Gateway they come from (AG-PX-10).
 *
 * The user is logged as `sub`, an id that only the user pool can resolve. Tokens and query strings are not logged.
 */
export const ACCESS_LOG_FIELDS = {
  requestTime: '$context.requestTime',
  requestId: '$context.requestId',
  extendedRequestId: '$context.extendedRequestId',
  traceId: '$context.xrayTraceId',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  sub: '$context.authorizer.claims.sub',
  clientId: '$context.authorizer.claims.client_id',
  domainName: '$context.domainName',
  stage: '$context.stage',
  protocol: '$context.protocol',
  httpMethod: '$context.httpMethod',
  path: '$context.path',
  resourcePath: '$context.resourcePath',
  status: '$context.status',
  authorizerStatus: '$context.authorizer.status',
  authorizerError: '$context.authorizer.error',
  integrationStatus: '$context.integration.status',
  integrationLatencyMs: '$context.integrationLatency',
  responseLatencyMs: '$context.responseLatency',
  responseLength: '$context.responseLength',
  errorType: '$context.error.responseType',
  errorMessage: '$context.error.message',
} as const;

/** Throttle of each public operation, so that anonymous clients cannot use all of the backend. */
const PUBLIC_THROTTLE = { throttlingRateLimit: 100, throttlingBurstLimit: 50 };

/** Target of requests: a load balancer behind a VPC link, or a Lambda function. */
export type ApiTarget =
  | { readonly loadBalancer: elbv2.IApplicationLoadBalancer; readonly vpcLink: apigatewayv2.IVpcLink }
  | { readonly function: lambda.IFunction };

/** Properties of {@link GreetingApi}. */
export interface GreetingApiProps extends RetentionProps {
  /** Name of the API's stage, which is the first segment of its paths. */
  readonly stageName: string;
  /** User pool that issues the access tokens. */
  readonly userPool: cognito.IUserPool;
  /** Required scope of access tokens, `{resource server}/{scope}`. */
  readonly scope: string;
  /** Target of requests that the authorizer allows. */
  readonly target: ApiTarget;
  /**
   * Throttle of all clients together, in requests per second. API Gateway rejects more with 429, and does not charge for them.
   * Set it to what the target can answer, because every other request is paid.
   */
  readonly requestsPerSecond: number;
  /**
   * Secret value of the header `Referer`, which the distribution sends. The API rejects requests without it with 403.
   *
   * @default none: clients can also call the API directly
   */
  readonly referer?: string;
  /**
   * Operations that require no access token. Each gets its own method without an authorizer.
   *
   * @default the public operations of the API
   */
  readonly publicOperations?: readonly Pick<Operation, 'id' | 'method' | 'path'>[];
}

/**
 * A regional REST API that forwards `/api/*` to its target. Requests need an access token with the scope, except
 * those of public operations.
 *
 * The method's scope makes API Gateway accept access tokens. Without a scope, it accepts ID tokens and rejects access
 * tokens (AG-AU-04, AG-AU-05).
 *
 * Each request is logged in {@link GreetingApi.accessLogs} and traced in X-Ray. API Gateway logs its own errors in a log
 * group whose name it defines. To write logs, it needs a role that you set once per account and region.
 */
export class GreetingApi extends Construct {
  readonly restApi: apigateway.RestApi;
  /** Host name of the API, without the scheme. */
  readonly domainName: string;
  /** Path of the stage, `/{stageName}`. */
  readonly originPath: string;
  /** Headers that the distribution must send. */
  readonly customHeaders?: Record<string, string>;
  /** Access log: one JSON object per request, with {@link ACCESS_LOG_FIELDS}. */
  readonly accessLogs: logs.LogGroup;
  /** Number of 429 responses. A metric filter counts them in the access log; API Gateway has no metric for them. */
  readonly throttledRequests: cloudwatch.Metric;

  constructor(scope: Construct, id: string, props: GreetingApiProps) {
    super(scope, id);
    const { referer } = props;
    const publicOperations =
      props.publicOperations ?? API_OPERATIONS.filter(({ access }) => access === 'public');
    const methodSettings = {
      loggingLevel: apigateway.MethodLoggingLevel.ERROR,
      dataTraceEnabled: false,
      // Metrics per method cost extra.
      metricsEnabled: false,
    };
    const logProps = {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    };
    this.accessLogs = new logs.LogGroup(this, 'AccessLogs', logProps);
    this.throttledRequests = new logs.MetricFilter(this, 'Throttled', {
      logGroup: this.accessLogs,
      filterPattern: logs.FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace: Stack.of(this).stackName,
      metricName: 'ThrottledRequests',
      metricValue: '1',
      unit: cloudwatch.Unit.COUNT,
    }).metric({ statistic: cloudwatch.Stats.SUM });

    this.restApi = new apigateway.RestApi(this, 'RestApi', {
      restApiName: Stack.of(this).stackName,
      description: 'Greeting API',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      policy: referer ? onlyWithReferer(referer) : undefined,
      cloudWatchRole: false,
      deployOptions: {
        stageName: props.stageName,
        accessLogDestination: new apigateway.LogGroupLogDestination(this.accessLogs),
        accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
        ...methodSettings,
        throttlingRateLimit: props.requestsPerSecond,
        throttlingBurstLimit: props.requestsPerSecond / 2,
        methodOptions: Object.fromEntries(
          publicOperations.map(({ method, path }) => [
            `${path}/${method}`,
            { ...methodSettings, ...PUBLIC_THROTTLE },
          ]),
        ),
        tracingEnabled: true,
      },
    });
    acknowledge(
      this.restApi,
      'The API validates requests with the schemas that it shares with its clients.',
      'APIG2',
    );
    // The default policy allows TLS 1.0. This one allows TLS 1.2 too, because CloudFront uses it for connections to origins.
    const securityPolicy = apigateway.SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09;
    const endpointAccessMode = apigateway.EndpointAccessMode.STRICT;
    Object.assign(this.restApi.node.defaultChild as apigateway.CfnRestApi, {
      securityPolicy,
      endpointAccessMode,
    });
    this.restApi.latestDeployment?.addToLogicalId({ securityPolicy, endpointAccessMode, referer });
    if (referer) this.customHeaders = { Referer: referer };
    // X-Ray's default rule also records one request per second, and those traces cost more than the requests.
    new xray.CfnSamplingRule(this, 'Sampling', {
      samplingRule: {
        ruleName: Names.uniqueResourceName(this, { maxLength: 32 }),
        serviceName: `${Stack.of(this).stackName}/${props.stageName}`,
        serviceType: 'AWS::ApiGateway::Stage',
        fixedRate: 0.01,
        reservoirSize: 0,
        priority: 1_000,
        version: 1,
        host: '*',
        httpMethod: '*',
        urlPath: '*',
        resourceArn: '*',
      },
    });
    // The stack has its own output for the URL.
    this.restApi.node.tryRemoveChild('Endpoint');
    this.domainName = `${this.restApi.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
    this.originPath = `/${props.stageName}`;

    // Otherwise API Gateway creates this log group: it would never expire and no stack would own it.
    const executionLogs = new logs.LogGroup(this, 'ExecutionLogs', {
      logGroupName: `API-Gateway-Execution-Logs_${this.restApi.restApiId}/${props.stageName}`,
      ...logProps,
    });
    this.restApi.deploymentStage.node.addDependency(executionLogs);
    this.#addGatewayResponses();

    this.#addMethod('ANY', '/api/{proxy+}', props, {
      authorizer: new apigateway.CognitoUserPoolsAuthorizer(this, 'Authorizer', {
        cognitoUserPools: [props.userPool],
      }),
      authorizationScopes: [props.scope],
    });
    for (const { id: operation, method: verb, path } of publicOperations) {
      const method = this.#addMethod(verb, path, props, {
        authorizationType: apigateway.AuthorizationType.NONE,
      });
      const reason = `The operation ${operation} is public.`;
      acknowledge(method, reason, 'APIG4', 'COG4');
      // The template checks fail for every other method without an authorizer.
      (method.node.defaultChild as apigateway.CfnMethod).addMetadata('template-checks', {
        publicMethod: `${verb} ${path}`,
        reason,
      });
    }
  }

  /** Adds a method that forwards requests to the target. */
  #addMethod(
    httpMethod: string,
    path: string,
    { target }: GreetingApiProps,
    options: apigateway.MethodOptions,
  ): apigateway.Method {
    const resource = this.restApi.root.resourceForPath(path);
    if ('function' in target) {
      // The permission to invoke the function names this method.
      const integration = new apigateway.LambdaIntegration(target.function, { allowTestInvoke: false });
      return resource.addMethod(httpMethod, integration, options);
    }
    const { loadBalancer, vpcLink } = target;
    const parameters = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name);
    const uri = `http://${loadBalancer.loadBalancerDnsName}${path.replace('+}', '}')}`;
    const method = resource.addMethod(
      httpMethod,
      new apigateway.HttpIntegration(uri, {
        httpMethod: 'ANY',
        options: {
          connectionType: apigateway.ConnectionType.VPC_LINK,
          vpcLink,
          requestParameters: Object.fromEntries(
            parameters.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
          ),
          timeout: Duration.seconds(29),
        },
      }),
      {
        ...options,
        requestParameters: Object.fromEntries(
          parameters.map((name) => [`method.request.path.${name}`, true]),
        ),
      },
    );
    // CDK's integration does not support load balancers as targets (PI-02, PI-07). A change needs a new deployment.
    const integrationTarget = loadBalancer.loadBalancerArn;
    const cfnMethod = method.node.defaultChild as apigateway.CfnMethod;
    cfnMethod.addPropertyOverride('Integration.IntegrationTarget', integrationTarget);
    this.restApi.latestDeployment?.addToLogicalId({ integrationTarget });
    return method;
  }

  /**
   * Sets the bodies of API Gateway's own error responses to AWS's documented form, and forbids caching (AG-GR-02). A
   * server error also contains the request id, which users can quote to support.
   */
  #addGatewayResponses(): void {
    const responseHeaders = { 'Cache-Control': "'no-store'" };
    this.restApi.addGatewayResponse('ClientError', {
      type: apigateway.ResponseType.DEFAULT_4XX,
      responseHeaders,
      templates: { 'application/json': '{"message":$context.error.messageString}' },
    });
    this.restApi.addGatewayResponse('ServerError', {
      type: apigateway.ResponseType.DEFAULT_5XX,
      responseHeaders,
      templates: {
        'application/json': '{"message":$context.error.messageString,"requestId":"$context.requestId"}',
      },
    });
  }
}

/** Returns a resource policy that allows requests with a header `Referer` only. A policy can see no other secret header. */
function onlyWithReferer(referer: string): iam.PolicyDocument {
  const statement = new iam.PolicyStatement({
    principals: [new iam.AnyPrincipal()],
    actions: ['execute-api:Invoke'],
    resources: ['execute-api:/*'],
    conditions: { StringEquals: { 'aws:Referer': referer } },
  });
  return new iam.PolicyDocument({ statements: [statement] });
}
