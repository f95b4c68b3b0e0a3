import type { Backend } from '../http/backend';
import { Upstream } from '../http/upstream';
import type { TokenIssuer } from '../services/apigateway/pipeline/token-authorizer';
import type { OriginServer } from '../services/cloudfront/pipeline/origin/server';
import type { TargetGroup } from '../services/elasticloadbalancing/model/target-group';
import { Functions } from '../services/lambda/pipeline/invoke';
import type { Target } from '../services/elasticloadbalancing/pipeline/target-health';

/** Connects the services of one generation: each registers what it answers for, and looks up the others. */
export class Network {
  /** Origin servers by host name: buckets, REST APIs, local substitutes. */
  readonly hosts = new Map<string, OriginServer>();
  /** Load balancers by ARN. */
  readonly loadBalancers = new Map<string, Backend>();
  /** Settings of target groups by ARN. */
  readonly targetGroups = new Map<string, TargetGroup>();
  /** Lists the registered targets of a target group; by ARN. */
  readonly targets = new Map<string, () => readonly Target[]>();
  readonly tokenIssuers: TokenIssuer[] = [];
  readonly functions = new Functions();
  /** Returns the base URL of DynamoDB; `undefined` without tables. */
  dynamoDb: () => string | undefined = () => undefined;
  /** Values of parameters by name and ARN, and of secrets by ARN. */
  readonly parameters = new Map<string, string>();
  /** Environment variables by which containers and functions reach services. */
  readonly containerEnvironment: Promise<Readonly<Record<string, string>>>[] = [];
  /** Connections to local servers. */
  readonly upstream = new Upstream();
}
