import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Template } from '../stack/assembly';
import type { DeployedStack } from '../stack/deployed-stack';

/** A template of the CDK's default synthesizer. */
export interface SynthesizedTemplate extends Template {
  readonly Parameters?: { readonly BootstrapVersion?: { readonly Default?: string } };
}

/** Returns the qualifier of the bootstrap stack with which a template was synthesized: `hnb659fds`. */
export function bootstrapQualifier({ Parameters }: SynthesizedTemplate): string | undefined {
  return /^\/cdk-bootstrap\/(\w+)\/version$/.exec(Parameters?.BootstrapVersion?.Default ?? '')?.[1];
}

/**
 * Writes a cloud assembly with which the CDK deploys a template whose assets are published, with the roles and the bucket of
 * the bootstrap stack, as the default synthesizer does.
 *
 * Source: <https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-custom-synth.html>
 */
export async function writeRollbackAssembly(
  directory: string,
  template: SynthesizedTemplate,
  qualifier: string,
  { name, terminationProtection, tags }: DeployedStack,
): Promise<void> {
  const version = '48.0.0';
  const role = (kind: string): string =>
    `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/cdk-${qualifier}-${kind}-role-\${AWS::AccountId}-\${AWS::Region}`;
  const bootstrap = {
    requiresBootstrapStackVersion: 6,
    bootstrapStackVersionSsmParameter: `/cdk-bootstrap/${qualifier}/version`,
  };
  const body = JSON.stringify(template);
  const hash = createHash('sha256').update(body).digest('hex');
  const bucketName = `cdk-${qualifier}-assets-\${AWS::AccountId}-\${AWS::Region}`;
  const templateFile = `${name}.template.json`;
  const assetsFile = `${name}.assets.json`;
  const destination = { bucketName, objectKey: `${hash}.json`, assumeRoleArn: role('file-publishing') };
  const files = {
    [templateFile]: body,
    [assetsFile]: JSON.stringify({
      version,
      files: {
        [hash]: {
          displayName: 'template',
          source: { path: templateFile, packaging: 'file' },
          destinations: { deployment: destination },
        },
      },
      dockerImages: {},
    }),
    'manifest.json': JSON.stringify({
      version,
      artifacts: {
        [`${name}.assets`]: { type: 'cdk:asset-manifest', properties: { file: assetsFile, ...bootstrap } },
        [name]: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://unknown-account/unknown-region',
          properties: {
            templateFile,
            terminationProtection,
            tags,
            assumeRoleArn: role('deploy'),
            cloudFormationExecutionRoleArn: role('cfn-exec'),
            stackTemplateAssetObjectUrl: `s3://${bucketName}/${hash}.json`,
            ...bootstrap,
          },
          dependencies: [`${name}.assets`],
        },
      },
    }),
  };
  for (const [file, content] of Object.entries(files)) await writeFile(join(directory, file), content);
}
