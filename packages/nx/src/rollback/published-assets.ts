import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DescribeImagesCommand, ImageNotFoundException } from '@aws-sdk/client-ecr';
import { GetObjectCommand, HeadObjectCommand, NotFound } from '@aws-sdk/client-s3';
import type { FileAsset } from '@spa-on-aws/cloudformation';
import { unzipSync } from 'fflate';
import type { Connection } from '../aws/connection';
import { RollbackError } from '../errors';
import type { Context } from '../executor';
import type { SynthesizedTemplate } from './assembly';
import { type Release, templateAssets } from './releases';

/** Bucket and image repository of the CDK bootstrap stack. */
interface AssetStores {
  readonly bucket: string;
  readonly repository: string;
}

/** Returns the names that the CDK's bootstrap template gives to its bucket and its image repository. */
export function assetStores(qualifier: string, { account, region }: Connection): AssetStores {
  const name = (kind: string): string => `cdk-${qualifier}-${kind}-${account}-${region}`;
  return { bucket: name('assets'), repository: name('container-assets') };
}

/**
 * Checks that the files and images of a release still exist: `cdk gc`, lifecycle rules and people delete them.
 *
 * @throws {RollbackError} with all that are missing
 */
export async function requireAssets(
  { version, assets }: Release,
  { bucket: Bucket, repository: repositoryName }: AssetStores,
  { account, region, clients: { s3, ecr } }: Connection,
  { interruption: { signal: abortSignal } }: Context,
): Promise<void> {
  const missing: string[] = [];
  for (const asset of new Set(Object.values(assets).flat())) {
    if (typeof asset === 'string' && asset.endsWith('.zip')) {
      await s3
        .send(new HeadObjectCommand({ Bucket, Key: asset }), { abortSignal })
        .catch((error: unknown) => {
          if (!(error instanceof NotFound)) throw error;
          missing.push(`${Bucket}/${asset}`);
        });
    }
    const image = JSON.stringify(asset)
      .replaceAll('${AWS::AccountId}', account)
      .replaceAll('${AWS::Region}', region);
    const [, imageTag] = new RegExp(`/${repositoryName}:([\\w.-]+)`).exec(image) ?? [];
    if (imageTag === undefined) continue;
    const request = new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] });
    await ecr.send(request, { abortSignal }).catch((error: unknown) => {
      if (!(error instanceof ImageNotFoundException)) throw error;
      missing.push(`${repositoryName}:${imageTag}`);
    });
  }
  if (missing.length === 0) return;
  throw new RollbackError(
    `Version ${version} needs what no longer exists: ${missing.join(', ')}. Nothing was changed.`,
    'check out the commit of that version, and deploy it',
  );
}

/** Downloads the site's content that a template deploys, by object key. */
export async function downloadContent(
  template: SynthesizedTemplate,
  Bucket: string,
  directory: string,
  { clients }: Connection,
  { interruption: { signal: abortSignal } }: Context,
): Promise<Map<string, FileAsset>> {
  const keys = Object.values(templateAssets(template))
    .flat()
    .filter((key): key is string => typeof key === 'string' && key.endsWith('.zip'));
  const content = Object.values(template.Resources).flatMap(
    ({ Properties }) => Properties?.['SourceObjectKeys'] ?? [],
  );
  const files = new Map<string, FileAsset>();
  for (const Key of new Set(keys.filter((key) => content.includes(key)))) {
    const path = join(directory, Key.replace(/\.zip$/, ''));
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
    const archive = unzipSync((await Body?.transformToByteArray()) ?? new Uint8Array());
    for (const [name, bytes] of Object.entries(archive)) {
      // Directories have empty entries.
      if (name.endsWith('/')) continue;
      if (name.split('/').includes('..')) throw new RollbackError(`${Key} has the file ${name}.`);
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), bytes);
    }
    files.set(Key, { path, packaging: 'zip' });
  }
  return files;
}
