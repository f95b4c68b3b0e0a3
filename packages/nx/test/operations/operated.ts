import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { onTestFinished } from 'vitest';
import type { AwsClients } from '../../src/operations/aws/clients';
import type { CdkRun } from '../../src/operations/cdk/cdk-cli';
import { COMMANDS } from '../../src/operations/commands';
import type { Context } from '../../src/operations/context';
import { Interruption } from '../../src/operations/interruption';
import { operate } from '../../src/operations/operate';
import { FakeAws } from '../aws/fake-aws';

/** An AWS that is gone after the test. */
export async function fakeAws(): Promise<FakeAws> {
  const aws = await FakeAws.start();
  onTestFinished(() => aws.close());
  return aws;
}

/** What somebody saw, and what the process exited with. */
export interface Outcome {
  readonly exitCode: number;
  /** Everything on standard output and standard error. */
  readonly text: string;
  /** What the CDK was run with. */
  readonly cdkRuns: readonly CdkRun[];
  /** Questions that were asked. */
  readonly questions: readonly string[];
}

/** How a test's surroundings differ from a terminal-less machine with credentials, a region and an engine. */
export interface Surroundings {
  readonly directory: string;
  /** What a person answers; without it nobody is there. */
  readonly answers?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly context?: Partial<Context>;
  /** Interrupts the operation. */
  readonly interruption?: Interruption;
}

/** Runs a command line against an AWS, through the real SDK. */
export async function operated(
  aws: Pick<FakeAws, 'url'>,
  line: string,
  { directory, answers, env = { AWS_REGION: 'eu-central-1' }, context = {}, interruption }: Surroundings,
): Promise<Outcome> {
  const text: string[] = [];
  const questions: string[] = [];
  const waiting = [...(answers ?? [])];
  const cdkRuns: CdkRun[] = [];
  const exitCode = await operate(COMMANDS, line.split(' '), {
    terminal: {
      interactive: answers !== undefined,
      print: (line = '') => void text.push(line),
      complain: (line) => void text.push(line),
      paint: (_color, line) => line,
      ask: async (question) => {
        questions.push(question);
        return waiting.shift() ?? '';
      },
    },
    env,
    directory,
    interruption: interruption ?? new Interruption((line) => void text.push(line)),
    connect: ({ region }) => clientsOf(aws.url, region),
    regionOfProfile: async () => undefined,
    findEngine: async () => ({ engine: 'docker' }),
    ...context,
    cdk: async (run) => {
      cdkRuns.push(run);
      return context.cdk ? context.cdk(run) : 0;
    },
  });
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
    iam: new IAMClient(settings),
  };
}
