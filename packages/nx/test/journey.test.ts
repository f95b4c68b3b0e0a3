import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cdkCli, installedCdk } from '../src/cdk/cdk-cli';
import { fakeAws, projectWith, run as runExecutor } from './run';

/** Parts of an assembly's files. */
type Assembly = Readonly<Record<string, Record<string, unknown>>>;

/** Replaces the container of an assembly by a function. For these commands, containers on EC2 and on Fargate are the same. */
function moveToLambda(directory: string): void {
  const edit = (file: string, change: (content: Assembly) => void): void => {
    const path = join(directory, 'cdk.out', file);
    const content = JSON.parse(readFileSync(path, 'utf8'));
    change(content);
    writeFileSync(path, JSON.stringify(content, null, 1));
  };
  edit('spa-on-aws-dev.template.json', ({ Resources = {} }) => {
    delete Resources['BackendTaskDefinitionDC451011'];
    const S3Bucket = { 'Fn::Sub': 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' };
    const Properties = { Handler: 'index.handler', Code: { S3Bucket, S3Key: 'api.zip' } };
    Resources['BackendFunction'] = { Type: 'AWS::Lambda::Function', Properties };
  });
  edit('spa-on-aws-dev.assets.json', ({ files = {}, dockerImages = {} }) => {
    delete dockerImages['api'];
    files['api'] = JSON.parse(
      JSON.stringify(files['web']).replace('web.zip', 'api.zip').replace('asset.web', 'asset.api'),
    );
  });
}

test.each([
  ['in containers', () => undefined, { ':api"': ':api-2"' }],
  ['on Lambda', moveToLambda, { '"api.zip"': '"api-2.zip"' }],
])(
  'deploys a stage %s with the real CDK, adds a user, changes the content, compares, rolls back and destroys it',
  async (_, prepare, nextApi) => {
    const aws = await fakeAws();
    const directory = projectWith('dev');
    prepare(directory);
    const cdk = cdkCli(installedCdk, directory, { ...process.env, ...aws.env });
    const run = (line: string) => runExecutor(aws, line, { directory, context: { cdk } });
    const outputs = join(directory, 'outputs/dev.json');

    expect(await run('deploy')).toMatchObject({ exitCode: 0 });
    const [stack] = aws.cloudFormation.stacks.values();
    expect(stack).toMatchObject({
      name: 'spa-on-aws-dev',
      status: 'CREATE_COMPLETE',
      terminationProtection: false,
    });
    const template = readFileSync(join(directory, 'cdk.out/spa-on-aws-dev.template.json'), 'utf8');
    expect(JSON.parse(stack?.template ?? '')).toEqual(JSON.parse(template));
    expect(JSON.parse(readFileSync(outputs, 'utf8'))).toMatchObject({ outputs: stack?.outputs });

    expect(await run('user --e2e')).toMatchObject({ exitCode: 0 });
    expect(await run('deploy-site')).toMatchObject({ exitCode: 0 });
    writeFileSync(join(directory, 'cdk.out/asset.web/index.html'), 'changed');
    expect(await run('deploy-site')).toMatchObject({ exitCode: 0 });
    const [bucketId = ''] = /SiteBucket\w+/.exec(template) ?? [];
    const site = aws.s3.objects(`spa-on-aws-dev-${bucketId}`.toLowerCase());
    expect(site.get('index.html')?.body.toString()).toBe('changed');

    expect(await run('diff')).toMatchObject({ exitCode: 0 });

    // The next version: other keys of the content and of the template.
    const next = (file: string, changes: Record<string, string>): void => {
      const path = join(directory, 'cdk.out', file);
      let text = readFileSync(path, 'utf8');
      for (const [from, to] of Object.entries(changes)) text = text.replaceAll(from, to);
      writeFileSync(path, text);
    };
    next('spa-on-aws-dev.template.json', { '"web.zip"': '"web-2.zip"', ...nextApi });
    const assets = { '"web.zip"': '"web-2.zip"', '"template.json"': '"template-2.json"', ...nextApi };
    next('spa-on-aws-dev.assets.json', assets);
    next('manifest.json', { '/template.json"': '/template-2.json"' });
    expect(await run('deploy')).toMatchObject({ exitCode: 0 });
    expect(stack?.template).toContain('"web-2.zip"');
    const tags = { project: 'spa-on-aws', stage: 'dev' };
    if (stack) stack.tags = tags;
    expect(await run('rollback --yes')).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(stack?.template ?? '')).toEqual(JSON.parse(template));
    expect(stack).toMatchObject({ status: 'UPDATE_COMPLETE', tags, terminationProtection: false });
    const restored = aws.s3.objects(`spa-on-aws-dev-${bucketId}`.toLowerCase()).get('index.html')?.body;
    expect(restored?.toString()).toBe(
      readFileSync(join(projectWith('dev'), 'cdk.out/asset.web/index.html'), 'utf8'),
    );

    expect(await run('destroy --yes')).toMatchObject({ exitCode: 0 });
    expect(stack).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(existsSync(outputs)).toBe(false);
  },
  180_000,
);

test('the CDK shows the findings of CloudFormation before a deployment, and nothing changes', async () => {
  const aws = await fakeAws();
  const directory = projectWith('dev');
  const output = join(directory, 'cdk.log');
  const script = join(directory, 'cdk.cjs');
  writeFileSync(
    script,
    `const output = require('node:fs').openSync(${JSON.stringify(output)}, 'w');
const args = [${JSON.stringify(installedCdk())}, ...process.argv.slice(2)];
process.exitCode = require('node:child_process').spawnSync(process.execPath, args, { stdio: ['inherit', output, output] }).status;`,
  );
  const cdk = cdkCli(() => script, directory, { ...process.env, ...aws.env });
  const path = '/Resources/SiteBucket/Properties/Versions';
  aws.cloudFormation.invalid.set('SiteBucket', { path, finding: 'Unsupported property [Versions]' });
  const { exitCode, text } = await runExecutor(aws, 'deploy', { directory, context: { cdk } });
  expect(exitCode).toBe(1);
  expect(text).toContain('cdk deploy failed with exit code 1');
  expect(readFileSync(output, 'utf8')).toContain(`Unsupported property [Versions] (at ${path})`);
  expect([...aws.cloudFormation.stacks.values()]).toMatchObject([{ status: 'REVIEW_IN_PROGRESS' }]);
}, 60_000);
