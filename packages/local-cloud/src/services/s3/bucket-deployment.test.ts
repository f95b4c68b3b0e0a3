import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stackOf } from '../../../test/stacks';
import { readBuckets } from './model/bucket';
import { deployBuckets, uploadDirectory } from './bucket-deployment';

let site: string;

beforeEach(async () => {
  site = await mkdtemp(path.join(tmpdir(), 'site-'));
  await mkdir(path.join(site, 'assets'));
  await writeFile(path.join(site, 'index.html'), '<!doctype html>');
  await writeFile(path.join(site, 'assets/app.js'), 'app');
  await writeFile(
    path.join(site, 'config.json'),
    '{"issuer":"https://idp.<<region>>.example/pool","note":"<<note>>"}',
  );
});

afterEach(() => rm(site, { recursive: true }));

async function deploy(...deployments: object[]) {
  const resources = Object.fromEntries(
    deployments.map((properties, index) => [
      `Deployment${index}`,
      {
        Type: 'Custom::CDKBucketDeployment',
        Properties: {
          SourceObjectKeys: ['site.zip'],
          DestinationBucketName: { Ref: 'Files' },
          ...properties,
        },
        DependsOn: index > 0 ? [`Deployment${index - 1}`] : [],
      },
    ]),
  );
  const stack = stackOf({ ...resources, Files: { Type: 'AWS::S3::Bucket' } });
  const buckets = readBuckets(stack);
  await deployBuckets(stack, {
    buckets,
    files: new Map([['site.zip', { path: site, packaging: 'zip' as const }]]),
    localize: (text) => text.replace('https://idp.eu-west-1.example', 'http://localhost:4301'),
  });
  return buckets[0]?.objects ?? new Map<string, never>();
}

test('files become objects with a type, an ETag and the metadata of the deployment', async () => {
  const objects = await deploy({ SystemMetadata: { 'cache-control': 'no-cache' } });
  expect([...objects.keys()].sort()).toEqual(['assets/app.js', 'config.json', 'index.html']);
  expect(objects.get('index.html')).toMatchObject({
    contentType: 'text/html',
    cacheControl: 'no-cache',
    etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
  });
  expect(objects.get('assets/app.js')?.contentType).toBe('text/javascript');
});

test('includes override excludes, as in CDK’s order', async () => {
  expect([...(await deploy({ Exclude: ['*'], Include: ['assets/*'] })).keys()]).toEqual(['assets/app.js']);
});

test('replaces markers, then AWS origins by local ones', async () => {
  const objects = await deploy({
    SourceMarkers: [{ '<<region>>': { Ref: 'AWS::Region' }, '<<note>>': 'say "hi"' }],
    SourceMarkersConfig: [{ jsonEscape: true }],
  });
  expect(JSON.parse(String(objects.get('config.json')?.body))).toEqual({
    issuer: 'http://localhost:4301/pool',
    note: 'say "hi"',
  });
});

test('a deployment prunes only objects that its filters select', async () => {
  const objects = await deploy(
    { Prune: 'false', DestinationBucketKeyPrefix: 'old', Include: ['index.html'], Exclude: ['*'] },
    {
      Prune: 'false',
      Exclude: ['*'],
      Include: ['config.json'],
      SystemMetadata: { 'cache-control': 'no-store' },
    },
    { Prune: 'true', Exclude: ['config.json', 'assets/*'] },
  );
  expect([...objects.keys()].sort()).toEqual(['config.json', 'index.html']);
  expect(objects.get('config.json')?.cacheControl).toBe('no-store');
});

test('rejects a source that is not in the assembly', async () => {
  await expect(deploy({ SourceObjectKeys: ['gone.zip'] })).rejects.toThrowError(
    /The asset gone.zip of Deployment0 does not exist/,
  );
});

test('rejects a bucket of another stack', async () => {
  await expect(deploy({ DestinationBucketName: 'elsewhere' })).rejects.toThrowError(
    /elsewhere is not a bucket of this stack/,
  );
});

test('a bucket that a deployment or a folder fills says so, because writes would get lost', async () => {
  const resources = {
    Deployment: {
      Type: 'Custom::CDKBucketDeployment',
      Properties: { SourceObjectKeys: ['site.zip'], DestinationBucketName: { Ref: 'Files' } },
    },
    Files: { Type: 'AWS::S3::Bucket' },
    Uploads: { Type: 'AWS::S3::Bucket' },
  };
  const stack = stackOf(resources);
  const [files, uploads] = readBuckets(stack);
  if (!files || !uploads) throw new Error('the stack has two buckets');
  const assets = new Map([['site.zip', { path: site, packaging: 'zip' as const }]]);
  await deployBuckets(stack, { buckets: [files, uploads], files: assets, localize: (text) => text });
  expect([files.filledBy, uploads.filledBy]).toEqual(['bucket deployment Deployment', undefined]);
  await uploadDirectory(uploads, site);
  expect(uploads.filledBy).toBe(`--bucket with ${site}`);
});
