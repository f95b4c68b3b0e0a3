import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { IAMClient } from '@aws-sdk/client-iam';
import { PricingClient } from '@aws-sdk/client-pricing';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { onTestFinished } from 'vitest';
import type { AwsClients } from '../src/aws/clients';
import type { CdkRun } from '../src/cdk/cdk-cli';
import type { Context } from '../src/executor';
import { Interruption } from '../src/interruption';
import { readSchema } from '../src/options';
import { runExecutor } from '../src/run-executor';
import { FakeAws } from './aws/fake-aws';
import { BUILDS_FOR_ARM, engineDirectory } from './engines';
import { temporaryDirectory } from './temporary-directory';

export { temporaryDirectory };

/** Starts a fake AWS that ends with the test. */
export async function fakeAws(): Promise<FakeAws> {
  const aws = await FakeAws.start();
  onTestFinished(() => aws.close());
  return aws;
}

/** Creates a project with the assembly of a stage in `cdk.out`, which is deleted after the test. */
export function projectWith(stage: 'dev' | 'prod'): string {
  const directory = temporaryDirectory();
  const assembly = join(import.meta.dirname, 'assemblies', stage);
  cpSync(assembly, join(directory, 'cdk.out'), { recursive: true });
  return directory;
}

/** Options that the plugin sets on the targets of this workspace. */
const PLUGIN_OPTIONS: Readonly<Record<string, string>> = {
  stackName: 'spa-on-aws-{stage}',
  logsRole: 'spa-on-aws-api-gateway-logs',
  e2eEmail: 'e2e@spa-on-aws.example',
  e2eProject: 'web-e2e',
};

/** Returns the options that Nx passes to an executor for a command line such as `deploy --stage=prod --yes`. */
export function optionsOf(line: string): { executor: string; options: Record<string, unknown> } {
  const [executor = '', ...args] = line.split(' ');
  const { properties } = readSchema(executor);
  const fromPlugin = Object.entries(PLUGIN_OPTIONS).filter(([name]) => properties[name]);
  const options: Record<string, unknown> = Object.fromEntries(fromPlugin);
  for (const arg of args) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/.exec(arg) ?? [];
    if (name === undefined) options['_'] = [...((options['_'] as string[] | undefined) ?? []), arg];
    else {
      // Nx passes an option that is repeated as a list.
      const previous = options[name];
      options[name] = previous === undefined ? (value ?? true) : [previous, value ?? true].flat();
    }
  }
  return { executor, options };
}

/** Visible results of an executor. */
export interface Outcome {
  readonly exitCode: number;
  /** Everything on standard output and standard error. */
  readonly text: string;
  readonly cdkRuns: readonly CdkRun[];
  readonly questions: readonly string[];
}

/** Environment of an executor. The default has credentials, a region and a container engine, but no terminal. */
export interface Surroundings {
  readonly directory: string;
  /** Answers of the user; without it there is no terminal. */
  readonly answers?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Options of the target, besides those of the command line. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly context?: Partial<Context>;
  readonly interruption?: Interruption;
}

/** Runs an executor against a fake AWS, through the real SDK. */
export async function run(
  aws: Pick<FakeAws, 'url'>,
  line: string,
  {
    directory,
    answers,
    env = { AWS_REGION: 'eu-central-1' },
    options: ofTarget,
    context = {},
    interruption,
  }: Surroundings,
): Promise<Outcome> {
  const text: string[] = [];
  const questions: string[] = [];
  const waiting = [...(answers ?? [])];
  const cdkRuns: CdkRun[] = [];
  const { executor, options } = optionsOf(line);
  const exitCode = await runExecutor(
    executor,
    { ...ofTarget, ...options },
    {
      terminal: {
        interactive: answers !== undefined,
        print: (line = '') => void text.push(line),
        printError: (line) => void text.push(line),
        paint: (_color, line) => line,
        ask: async (question) => {
          questions.push(question);
          return waiting.shift() ?? '';
        },
      },
      env,
      workspaceRoot: join(directory, '..'),
      projectRoot: directory,
      projectName: 'infra',
      interruption: interruption ?? new Interruption((line) => void text.push(line)),
      connect: async ({ region }) => clientsOf(aws.url, region),
      regionOfProfile: async () => undefined,
      findEngine: async () => ({ engine: join(engineDirectory({ docker: BUILDS_FOR_ARM }), 'docker') }),
      ...context,
      cdk: async (run) => {
        cdkRuns.push(run);
        return context.cdk ? context.cdk(run) : 0;
      },
    },
  );
  return { exitCode, text: text.join('\n'), cdkRuns, questions };
}

function clientsOf(endpoint: string, region: string): AwsClients {
  const settings = {
    endpoint,
    region,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
  return {
    sts: new STSClient(settings),
    ssm: new SSMClient(settings),
    cloudFormation: new CloudFormationClient(settings),
    cognito: new CognitoIdentityProviderClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    cloudFront: new CloudFrontClient(settings),
    apiGateway: new APIGatewayClient(settings),
    ec2: new EC2Client(settings),
    ecr: new ECRClient(settings),
    iam: new IAMClient(settings),
    pricing: new PricingClient(settings),
  };
}
