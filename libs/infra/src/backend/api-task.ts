import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Capability,
  ContainerImage,
  CpuArchitecture,
  Ec2TaskDefinition,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  NetworkMode,
  OperatingSystemFamily,
  type ContainerDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { Capacity } from './capacity';
import type { GreetingHistory } from './greeting-history';

const PORT = 8080;
const CPU_UNITS = 256;

/** What the API asks of an access token. */
export interface ExpectedTokens {
  /** The user pool, as tokens name it. */
  readonly issuer: string;
  /** The app client they are made for. */
  readonly clientId: string;
  /** The scope they must have, `{resource server}/{scope}`. */
  readonly scope: string;
}

/** Properties of {@link ApiTask}. */
export interface ApiTaskProps {
  /** Directory of the API's build: the bundle and, beside it, the Dockerfile. */
  readonly apiBuild: string;
  /**
   * What the task is to run on.
   *
   * @default 'ec2'
   */
  readonly capacity?: Capacity;
  /** Where the API reserves the ids of greetings. */
  readonly greetingTable: ITable;
  /** Where the API keeps the greetings of people, with the index they are listed by. */
  readonly history: GreetingHistory;
  /** Whose access tokens the API takes, behind the gateway that has looked at them already. */
  readonly tokens: ExpectedTokens;
  /**
   * What the gateway may put before the path of a request, `/{stage}`; the API answers with and without it (PI-06).
   *
   * @default nothing
   */
  readonly pathPrefix?: string;
  /**
   * The least severe level the API logs.
   *
   * @default 'info'
   */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /**
   * Lets administrators open a shell in the container by ECS Exec. Its agent needs a file system it can write to, so
   * the container's is no longer read-only.
   *
   * @default false
   */
  readonly allowExec?: boolean;
  /**
   * What becomes of the logs when the stack goes.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * One container of the API: not root, no capabilities, read-only file system, healthy by its own check.
 *
 * The image has `main.js` and `healthcheck.js` in its working directory. On EC2 the host's port is picked anew for
 * each task, so that a new one starts beside the old one on the same host; on Fargate a task has its own address.
 */
export class ApiTask extends Construct {
  readonly definition: Ec2TaskDefinition | FargateTaskDefinition;
  readonly container: ContainerDefinition;
  /** The port the container listens on. */
  readonly port = PORT;
  /** The CloudWatch namespace of what the API measures, by route. */
  readonly metricsNamespace: string;
  /** Whether administrators may open a shell in the container. */
  readonly allowsExec: boolean;

  constructor(scope: Construct, id: string, props: ApiTaskProps) {
    super(scope, id);
    const capacity = props.capacity ?? 'ec2';
    this.allowsExec = props.allowExec ?? false;
    this.metricsNamespace = Stack.of(this).stackName;

    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    const linuxParameters = new LinuxParameters(this, 'LinuxParameters', { initProcessEnabled: true });
    linuxParameters.dropCapabilities(Capability.ALL);

    this.definition =
      capacity === 'fargate'
        ? new FargateTaskDefinition(this, 'Definition', {
            cpu: CPU_UNITS,
            // The least there is.
            memoryLimitMiB: 512,
            runtimePlatform: {
              cpuArchitecture: CpuArchitecture.ARM64,
              operatingSystemFamily: OperatingSystemFamily.LINUX,
            },
          })
        : new Ec2TaskDefinition(this, 'Definition', { networkMode: NetworkMode.BRIDGE });
    this.container = this.definition.addContainer('api', {
      image: ContainerImage.fromAsset(props.apiBuild, { platform: Platform.LINUX_ARM64 }),
      portMappings: [{ containerPort: PORT, ...(capacity === 'ec2' ? { hostPort: 0 } : {}) }],
      environment: {
        PORT: String(PORT),
        LOG_LEVEL: props.logLevel ?? 'info',
        GREETING_TABLE: props.greetingTable.tableName,
        HISTORY_TABLE: props.history.table.tableName,
        TOKEN_ISSUER: props.tokens.issuer,
        TOKEN_CLIENT_ID: props.tokens.clientId,
        TOKEN_SCOPE: props.tokens.scope,
        METRICS_NAMESPACE: this.metricsNamespace,
        AWS_REGION: Aws.REGION,
        ...(props.pathPrefix ? { PATH_PREFIX: props.pathPrefix } : {}),
      },
      cpu: CPU_UNITS,
      // Two of them fit on one t4g.micro while one replaces the other. On Fargate the task's memory is the limit.
      ...(capacity === 'ec2' ? { memoryLimitMiB: 256 } : {}),
      user: '1000:1000',
      readonlyRootFilesystem: !this.allowsExec,
      linuxParameters,
      healthCheck: {
        command: ['CMD', 'node', 'healthcheck.js'],
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        retries: 3,
        startPeriod: Duration.seconds(10),
      },
      logging: LogDriver.awsLogs({ streamPrefix: 'api', logGroup }),
      // Longer than deregistration, and than any request API Gateway still waits for (GS-05).
      stopTimeout: Duration.seconds(35),
    });
    acknowledge(this.definition, 'None of its variables is a secret.', 'ECS2');
    acknowledge(
      this.definition.obtainExecutionRole(),
      'ecr:GetAuthorizationToken takes no resource; the image is the one it may pull.',
      'IAM5[Resource::*]',
    );
    if (this.allowsExec) {
      acknowledge(
        this.definition.taskRole,
        'A shell is asked for; its channels are no resources.',
        'IAM5[Resource::*]',
      );
    }
    props.greetingTable.grant(this.definition.taskRole, 'dynamodb:UpdateItem');
    props.history.grantUse(this.definition.taskRole);
  }
}
