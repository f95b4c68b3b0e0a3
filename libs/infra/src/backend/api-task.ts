import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Capability,
  ContainerImage,
  Ec2TaskDefinition,
  LinuxParameters,
  LogDriver,
  NetworkMode,
  type ContainerDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

const PORT = 8080;

/** Properties of {@link ApiTask}. */
export interface ApiTaskProps {
  /** Directory of the API's build: the bundle and, beside it, the Dockerfile. */
  readonly apiBuild: string;
  /** Where the API reserves the ids of greetings. */
  readonly greetingTable: ITable;
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
   * What becomes of the logs when the stack goes.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * One container of the API: not root, no capabilities, read-only file system, healthy by its own check.
 *
 * The image has `main.js` and `healthcheck.js` in its working directory. The host's port is picked anew for each
 * task, so that a new one starts beside the old one on the same host.
 */
export class ApiTask extends Construct {
  readonly definition: Ec2TaskDefinition;
  readonly container: ContainerDefinition;
  /** The port the container listens on. */
  readonly port = PORT;

  constructor(scope: Construct, id: string, props: ApiTaskProps) {
    super(scope, id);

    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    const linuxParameters = new LinuxParameters(this, 'LinuxParameters', { initProcessEnabled: true });
    linuxParameters.dropCapabilities(Capability.ALL);

    this.definition = new Ec2TaskDefinition(this, 'Definition', { networkMode: NetworkMode.BRIDGE });
    this.container = this.definition.addContainer('api', {
      image: ContainerImage.fromAsset(props.apiBuild, { platform: Platform.LINUX_ARM64 }),
      portMappings: [{ containerPort: PORT, hostPort: 0 }],
      environment: {
        PORT: String(PORT),
        LOG_LEVEL: props.logLevel ?? 'info',
        GREETING_TABLE: props.greetingTable.tableName,
        AWS_REGION: Aws.REGION,
        ...(props.pathPrefix ? { PATH_PREFIX: props.pathPrefix } : {}),
      },
      cpu: 256,
      // Two of them fit on one t4g.micro while one replaces the other.
      memoryLimitMiB: 256,
      user: '1000:1000',
      readonlyRootFilesystem: true,
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
    props.greetingTable.grant(this.definition.taskRole, 'dynamodb:UpdateItem');
  }
}
