import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FakeAws } from '../../../test/aws/fake-aws';
import { fakeAws, operated } from '../../../test/operations/operated';
import { projectWith } from '../../../test/operations/stage-assembly';
import type { CdkCli } from '../cdk/cdk-cli';

const STACK = 'spa-on-aws-dev';

/** A `cdk destroy` that does what it is there for. */
const deleting =
  (
    aws: FakeAws,
    endsWith: () => { status: string; exitCode: number } = () => ({ status: 'DELETE_COMPLETE', exitCode: 0 }),
  ): CdkCli =>
  async () => {
    const { status, exitCode } = endsWith();
    for (const stack of aws.cloudFormation.stacks.values()) stack.status = status;
    return exitCode;
  };

const kept = { Type: 'AWS::Cognito::UserPool', DeletionPolicy: 'Retain' };
const gone = { Type: 'AWS::Cognito::UserPool', DeletionPolicy: 'Delete' };

test('what stays is said beforehand, with its reason, and a typed name agrees (P24)', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, {
    Resources: { Users: kept, Site: { Type: 'AWS::CloudFront::Distribution' } },
  });
  const { exitCode, text, questions, cdkRuns } = await operated(aws, 'destroy', {
    directory: projectWith('dev'),
    answers: ['dev'],
    context: { cdk: deleting(aws) },
  });
  expect(exitCode).toBe(0);
  expect(questions).toEqual(['Type dev to destroy it: ']);
  expect(text).toContain('  goes    1 resources');
  expect(text).toContain(
    `  stays   Cognito::UserPool ${STACK}-users, with the people and their passwords: its deletion policy is Retain`,
  );
  expect(text).toContain('CDKToolkit');
  expect(cdkRuns).toMatchObject([{ args: ['destroy', '--app', 'cdk.out', '--force', STACK] }]);
  expect(text).toContain('Stage dev is gone');
  expect(text).toContain(`Left: Cognito::UserPool ${STACK}-users`);
});

test('another name than the one of the stage destroys nothing', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, { Resources: { Users: gone } });
  const { exitCode, text, cdkRuns } = await operated(aws, 'destroy', {
    directory: projectWith('dev'),
    answers: ['y'],
  });
  expect(exitCode).toBe(1);
  expect(text).toContain("'y' is not 'dev': nothing has been changed.");
  expect(cdkRuns).toEqual([]);
});

test('where nobody can be asked it needs --yes', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, { Resources: { Users: gone } });
  const { exitCode, text, cdkRuns } = await operated(aws, 'destroy', { directory: projectWith('dev') });
  expect(exitCode).toBe(1);
  expect(text).toContain('→ npx nx destroy infra --stage=dev --yes');
  expect(cdkRuns).toEqual([]);
});

test('termination protection is not worked around, but told with the command that ends it', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(
    'spa-on-aws-prod',
    { Resources: { Users: kept } },
    { terminationProtection: true },
  );
  const { exitCode, text, cdkRuns } = await operated(aws, 'destroy --stage=prod --yes', {
    directory: projectWith('prod'),
  });
  expect(exitCode).toBe(1);
  expect(text).toContain('Stage prod is protected');
  expect(text).toContain(
    '--no-enable-termination-protection --stack-name spa-on-aws-prod --region eu-central-1',
  );
  expect(cdkRuns).toEqual([]);
});

test('buckets that CDK does not empty are emptied first, in all versions (B14)', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, {
    Resources: {
      Ours: { Type: 'AWS::S3::Bucket' },
      EmptiedByCdk: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Delete' },
      Emptying: { Type: 'Custom::S3AutoDeleteObjects', Properties: { BucketName: { Ref: 'EmptiedByCdk' } } },
      Kept: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' },
    },
  });
  for (const bucket of ['ours', 'emptiedbycdk', 'kept']) {
    for (const key of ['a', 'b', 'c', 'a', 'a']) aws.s3.put(`${STACK}-${bucket}`, key, key);
  }
  const { exitCode, text } = await operated(aws, 'destroy --yes', {
    directory: projectWith('dev'),
    context: { cdk: deleting(aws) },
  });
  expect(exitCode).toBe(0);
  expect(aws.s3.objects(`${STACK}-ours`).size).toBe(0);
  expect(aws.s3.objects(`${STACK}-emptiedbycdk`).size).toBe(3);
  expect(aws.s3.objects(`${STACK}-kept`).size).toBe(3);
  expect(text).toContain(`Emptying ${STACK}-ours …\n  3 deleted\n  5 deleted`);
});

test('a bucket that was filled again in the meantime is emptied again, and the deletion repeated once', async () => {
  const aws = await fakeAws();
  const stack = aws.cloudFormation.deployed(STACK, { Resources: { Logs: { Type: 'AWS::S3::Bucket' } } });
  let attempts = 0;
  const { exitCode, text, cdkRuns } = await operated(aws, 'destroy --yes', {
    directory: projectWith('dev'),
    context: {
      cdk: async () => {
        attempts += 1;
        if (attempts === 1) aws.s3.put(`${STACK}-logs`, 'late.gz', 'late');
        const isEmpty = aws.s3.objects(`${STACK}-logs`).size === 0;
        stack.status = isEmpty ? 'DELETE_COMPLETE' : 'DELETE_FAILED';
        for (const resource of stack.resources.values()) resource.status = stack.status;
        return isEmpty ? 0 : 1;
      },
    },
  });
  expect(exitCode).toBe(0);
  expect(cdkRuns).toHaveLength(2);
  expect(text).toContain('Buckets were not empty when their turn came');
  expect(text).toContain('Stage dev is gone');
});

test('what cannot be deleted is named', async () => {
  const aws = await fakeAws();
  const stack = aws.cloudFormation.deployed(STACK, { Resources: { Network: { Type: 'AWS::EC2::VPC' } } });
  for (const resource of stack.resources.values()) resource.status = 'DELETE_FAILED';
  const { exitCode, text } = await operated(aws, 'destroy --yes', {
    directory: projectWith('dev'),
    context: { cdk: deleting(aws, () => ({ status: 'DELETE_FAILED', exitCode: 1 })) },
  });
  expect(exitCode).toBe(1);
  expect(text).toContain(`${STACK} is DELETE_FAILED. Not deleted: EC2::VPC ${STACK}-network.`);
  expect(text).toContain('then npx nx destroy infra --stage=dev again');
});

test('what was known about the stage is forgotten with it, and no other', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, { Resources: { Users: gone } });
  const directory = projectWith('dev');
  mkdirSync(join(directory, 'outputs'));
  const files = [
    'dev.json',
    'dev.e2e-user.json',
    'dev.user.ada%40example.com.json',
    'dev-2.json',
    'prod.json',
  ];
  for (const file of files) writeFileSync(join(directory, 'outputs', file), '{}');
  await operated(aws, 'destroy --yes', { directory, context: { cdk: deleting(aws) } });
  expect(files.filter((file) => existsSync(join(directory, 'outputs', file)))).toEqual([
    'dev-2.json',
    'prod.json',
  ]);
});

test('a stage that is not there is no failure, and those that are there are named', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed('spa-on-aws-pr-7', { Resources: {} });
  const { exitCode, text, cdkRuns } = await operated(aws, 'destroy --yes', { directory: projectWith('dev') });
  expect(exitCode).toBe(0);
  expect(text).toContain(`has no stack ${STACK}. Deployed there: pr-7.`);
  expect(cdkRuns).toEqual([]);
});
