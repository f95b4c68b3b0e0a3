import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Interruption } from '../interruption';
import { fakeAws, run, temporaryDirectory } from '../../test/run';

const STACK = 'spa-on-aws-dev';

const retained = { Type: 'AWS::Cognito::UserPool', DeletionPolicy: 'Retain' };
const deleted = { Type: 'AWS::Cognito::UserPool', DeletionPolicy: 'Delete' };

test('lists retained resources with the reason, and asks for the name of the stage', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, {
    Resources: { Users: retained, Site: { Type: 'AWS::CloudFront::Distribution' } },
  });
  const { exitCode, text, questions } = await run(aws, 'destroy', {
    directory: temporaryDirectory(),
    answers: ['dev'],
  });
  expect(exitCode).toBe(0);
  expect(questions).toEqual(['Type dev to destroy it: ']);
  expect(text).toContain('  delete  1 resources');
  expect(text).toContain(
    `  retain  Cognito::UserPool ${STACK}-users, with the users and their passwords: its deletion policy is Retain`,
  );
  expect(text).toContain('CDKToolkit');
  expect(text).toMatch(/DELETE_COMPLETE {2}CloudFront::Distribution Site, after \d+ s/);
  expect(text).toContain('Stage dev is deleted');
  expect(text).toContain(`Retained: Cognito::UserPool ${STACK}-users`);
});

test('deletes nothing when the user types another name', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, { Resources: { Users: deleted } });
  const { exitCode, text } = await run(aws, 'destroy', {
    directory: temporaryDirectory(),
    answers: ['y'],
  });
  expect(exitCode).toBe(1);
  expect(text).toContain("'y' is not 'dev'. Nothing was changed.");
  expect(aws.calls).not.toContain('cloudformation.DeleteStack');
});

test('requires --yes without a terminal', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, { Resources: { Users: deleted } });
  const { exitCode, text } = await run(aws, 'destroy', { directory: temporaryDirectory() });
  expect(exitCode).toBe(1);
  expect(text).toContain('→ npx nx destroy infra --stage=dev --yes');
  expect(aws.calls).not.toContain('cloudformation.DeleteStack');
});

test('does not delete a protected stage, and prints the command that removes the protection', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(
    'spa-on-aws-prod',
    { Resources: { Users: retained } },
    { terminationProtection: true },
  );
  const { exitCode, text } = await run(aws, 'destroy --stage=prod --yes', {
    directory: temporaryDirectory(),
  });
  expect(exitCode).toBe(1);
  expect(text).toContain('Stage prod is protected');
  expect(text).toContain(
    '--no-enable-termination-protection --stack-name spa-on-aws-prod --region eu-central-1',
  );
  expect(aws.calls).not.toContain('cloudformation.DeleteStack');
});

test('empties the buckets that the CDK does not empty, including all object versions', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, {
    Resources: {
      Own: { Type: 'AWS::S3::Bucket' },
      EmptiedByCdk: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Delete' },
      Emptying: { Type: 'Custom::S3AutoDeleteObjects', Properties: { BucketName: { Ref: 'EmptiedByCdk' } } },
      Retained: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' },
    },
  });
  for (const bucket of ['own', 'emptiedbycdk', 'retained']) {
    for (const key of ['a', 'b', 'c', 'a', 'a']) aws.s3.put(`${STACK}-${bucket}`, key, key);
  }
  const { exitCode, text } = await run(aws, 'destroy --yes', {
    directory: temporaryDirectory(),
  });
  expect(exitCode).toBe(0);
  expect(aws.s3.objects(`${STACK}-own`).size).toBe(0);
  expect(aws.s3.objects(`${STACK}-emptiedbycdk`).size).toBe(3);
  expect(aws.s3.objects(`${STACK}-retained`).size).toBe(3);
  expect(text).toContain(`Emptying ${STACK}-own …\n  3 deleted\n  5 deleted`);
});

test('empties a bucket again that was filled during the deletion, and repeats the deletion once', async () => {
  const aws = await fakeAws();
  const stack = aws.cloudFormation.deployed(STACK, { Resources: { Logs: { Type: 'AWS::S3::Bucket' } } });
  // CloudFront delivers logs up to a day late.
  const late = [() => aws.s3.put(`${STACK}-logs`, 'late.gz', 'late')];
  aws.cloudFormation.whileDeleting = () => late.pop()?.();
  const { exitCode, text } = await run(aws, 'destroy --yes', { directory: temporaryDirectory() });
  expect(exitCode).toBe(0);
  expect(aws.calls.filter((call) => call === 'cloudformation.DeleteStack')).toHaveLength(2);
  expect(text).toContain('Buckets were not empty.');
  expect(text).toContain('Stage dev is deleted');
  expect(stack.status).toBe('DELETE_COMPLETE');
});

test('names the resources that cannot be deleted', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, { Resources: { Network: { Type: 'AWS::EC2::VPC' } } });
  aws.cloudFormation.undeletable.set('Network', 'The vpc has dependencies and cannot be deleted.');
  const { exitCode, text } = await run(aws, 'destroy --yes', { directory: temporaryDirectory() });
  expect(exitCode).toBe(1);
  expect(text).toContain(`${STACK} is DELETE_FAILED. Not deleted: EC2::VPC ${STACK}-network.`);
  expect(text).toContain('First cause: EC2::VPC Network: The vpc has dependencies and cannot be deleted.');
  expect(text).toContain('then run npx nx destroy infra --stage=dev again');
});

test('says on an interruption that CloudFormation continues the deletion', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, { Resources: { Users: deleted } });
  const printed: string[] = [];
  const interruption = new Interruption((text) => void printed.push(text));
  aws.cloudFormation.whileDeleting = () => interruption.interrupt('SIGINT');
  const { exitCode } = await run(aws, 'destroy --yes', { directory: temporaryDirectory(), interruption });
  expect(exitCode).toBe(130);
  expect(printed).toEqual([expect.stringContaining(`CloudFormation continues the deletion of ${STACK}.`)]);
});

test('deletes the output files of the stage, but not of other stages', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, { Resources: { Users: deleted } });
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'outputs'));
  const files = [
    'dev.json',
    'dev.e2e-user.json',
    'dev.user.ada%40example.com.json',
    'dev-2.json',
    'prod.json',
  ];
  for (const file of files) writeFileSync(join(directory, 'outputs', file), '{}');
  await run(aws, 'destroy --yes', { directory });
  expect(files.filter((file) => existsSync(join(directory, 'outputs', file)))).toEqual([
    'dev-2.json',
    'prod.json',
  ]);
});

test('succeeds when the stage is not deployed, and names the deployed stages', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed('spa-on-aws-pr-7', { Resources: {} });
  const { exitCode, text } = await run(aws, 'destroy --yes', { directory: temporaryDirectory() });
  expect(exitCode).toBe(0);
  expect(text).toContain(`has no stack ${STACK}. Deployed stages: pr-7.`);
  expect(aws.calls).not.toContain('cloudformation.DeleteStack');
});

test('destroys a stack that was only reviewed, which has no template', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, { Resources: {} }, { status: 'REVIEW_IN_PROGRESS' });
  const { exitCode, text } = await run(aws, 'destroy', {
    directory: temporaryDirectory(),
    answers: ['dev'],
  });
  expect(text).toContain('  delete  0 resources');
  expect(text).toContain('Stage dev is deleted');
  expect(exitCode).toBe(0);
});

test.each([
  ['keeps', 'us-east-1'],
  ['removes', 'eu-central-1'],
])('without a stack in this region, %s the outputs of a stage in %s', async (effect, region) => {
  const aws = await fakeAws();
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'outputs'));
  const [outputs, password] = ['dev.json', 'dev.e2e-user.json'].map((file) =>
    join(directory, 'outputs', file),
  );
  writeFileSync(outputs ?? '', JSON.stringify({ stage: 'dev', account: '123456789012', region }));
  writeFileSync(password ?? '', '{}');
  const { exitCode, text } = await run(aws, 'destroy', { directory });
  expect(text).toContain('There is nothing to destroy');
  expect(exitCode).toBe(0);
  expect([outputs, password].map((file) => existsSync(file ?? ''))).toEqual(
    effect === 'keeps' ? [true, true] : [false, false],
  );
});
