import * as ecr_assets from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { RetentionProps } from '../retention';

const PORT = 8080;
const CPU_UNITS = 256;

// The same as in the image's Dockerfile, which ECS does not use. `fetch` would need three times the processor time.
const HEALTH_CHECK =
  'http.get(`http://127.0.0.1:${process.env.PORT ?? 8080}/health`, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))';

/** Capacity types that can run the API's tasks. The first one is the default. */
export const CAPACITIES = ['ec2', 'fargate'] as const;

/** Capacity that runs the API's tasks: EC2 instances of the stage, or AWS Fargate. */
export type Capacity = (typeof CAPACITIES)[number];

/** Properties of {@link ApiTask}. */
export interface ApiTaskProps extends RetentionProps {
  /** Directory of the API's build, which contains the bundle and the Dockerfile. */
  readonly apiBuild: string;
  /** Capacity that runs the task. @default 'ec2' */
  readonly capacity?: Capacity;
  /** Environment variables of the API. Tables add theirs. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Path prefix that API Gateway may add to requests, `/{stage}`. The API accepts paths with and without it (PI-06).
   *
   * @default none
   */
  readonly pathPrefix?: string;
  /**
   * Allows administrators to open a shell in the container with ECS Exec. Its agent needs a writable root file system,
   * so the container's file system is not read-only.
   *
   * @default false
   */
  readonly allowExec?: boolean;
}

/**
 * Task definition with one container of the API: no root user, no capabilities, a read-only file system, and a health
 * check of its own.
 *
 * On EC2, each task gets a free port of the host,
 * so the old and the new task can run on the same host. On Fargate, each task has its own IP address.
 */
export class ApiTask extends Construct implements iam.IGrantable {
  readonly grantPrincipal: iam.IPrincipal;
  readonly definition: ecs.Ec2TaskDefinition | ecs.FargateTaskDefinition;
  readonly container: ecs.ContainerDefinition;
  /** Port that the container listens on. */
  readonly port = PORT;
  /** True if administrators can open a shell in the container. */
  readonly allowsExec: boolean;

  constructor(scope: Construct, id: string, props: ApiTaskProps) {
    super(scope, id);
    const capacity = props.capacity ?? 'ec2';
    this.allowsExec = props.allowExec ?? false;

    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    const linuxParameters = new ecs.LinuxParameters(this, 'LinuxParameters', { initProcessEnabled: true });
    linuxParameters.dropCapabilities(ecs.Capability.ALL);

    this.definition =
      capacity === 'fargate'
        ? new ecs.FargateTaskDefinition(this, 'Definition', {
            cpu: CPU_UNITS,
            // Fargate's minimum.
            memoryLimitMiB: 512,
            runtimePlatform: {
              cpuArchitecture: ecs.CpuArchitecture.ARM64,
              operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
            },
          })
        : new ecs.Ec2TaskDefinition(this, 'Definition');
    this.container = this.definition.addContainer('api', {
      image: ecs.ContainerImage.fromAsset(props.apiBuild, { platform: ecr_assets.Platform.LINUX_ARM64 }),
      portMappings: [{ containerPort: PORT }],
      environment: {
        PORT: String(PORT),
        ...props.environment,
        AWS_REGION: Aws.REGION,
        ...(props.pathPrefix && { PATH_PREFIX: props.pathPrefix }),
      },
      cpu: CPU_UNITS,
      // Two tasks fit on one t4g.micro during a deployment. On Fargate, the task's memory is the limit.
      memoryLimitMiB: capacity === 'ec2' ? 256 : undefined,
      user: '1000:1000',
      readonlyRootFilesystem: !this.allowsExec,
      linuxParameters,
      healthCheck: {
        command: ['CMD', 'node', '-e', HEALTH_CHECK],
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        retries: 3,
        startPeriod: Duration.seconds(10),
      },
      logging: ecs.LogDriver.awsLogs({ streamPrefix: 'api', logGroup }),
      // Longer than the deregistration delay and than API Gateway's integration timeout (GS-05).
      stopTimeout: Duration.seconds(35),
    });
    this.grantPrincipal = this.definition.taskRole;
    acknowledge(this.definition, 'The environment variables contain no secrets.', 'ECS2');
    acknowledge(
      this.definition.obtainExecutionRole(),
      'ecr:GetAuthorizationToken has no resource-level permissions. The role can only pull this image.',
      'IAM5[Resource::*]',
    );
    if (this.allowsExec) {
      acknowledge(
        this.definition.taskRole,
        'ECS Exec is enabled. Its ssmmessages actions have no resource-level permissions.',
        'IAM5[Resource::*]',
      );
    }
  }

  addEnvironment(name: string, value: string): void {
    this.container.addEnvironment(name, value);
  }
}
