import {
  DeleteParameterCommand,
  paginateGetParameterHistory,
  ParameterNotFound,
  PutParameterCommand,
} from '@aws-sdk/client-ssm';
import { BUCKET_DEPLOYMENT } from '@spa-on-aws/cloudformation';
import type { AwsClients } from '../aws/clients';
import { isDenied } from '../aws/failures';
import { RollbackError } from '../errors';
import type { Template, TemplateResource } from '../stack/assembly';

/** Published assets that the resources of a stack use, by logical id: image names, keys in the bucket of assets. */
export type Assets = Readonly<Record<string, readonly unknown[]>>;

/** Assets that a deployment has published. */
export interface Release {
  readonly version: number;
  readonly at: Date | undefined;
  /** ARN of the identity that deployed it. */
  readonly by: string | undefined;
  readonly assets: Assets;
}

interface ContainerDefinition {
  readonly Image: unknown;
}

/** How to read and replace the assets in the properties of a resource, by resource type. */
const FIELDS: Readonly<
  Record<
    string,
    {
      read(properties: Record<string, never>): readonly unknown[];
      write(properties: Record<string, never>, assets: readonly unknown[]): Record<string, unknown>;
    }
  >
> = {
  'AWS::ECS::TaskDefinition': {
    read: ({ ContainerDefinitions = [] }) =>
      (ContainerDefinitions as ContainerDefinition[]).map(({ Image }) => Image),
    write: ({ ContainerDefinitions = [] }, images) => ({
      ContainerDefinitions: (ContainerDefinitions as ContainerDefinition[]).map((container, index) => ({
        ...container,
        Image: images[index],
      })),
    }),
  },
  'AWS::Lambda::Function': {
    read: ({ Code }) => [(Code as { S3Key?: unknown } | undefined)?.S3Key].filter(Boolean),
    write: ({ Code }, [S3Key]) => ({ Code: { ...(Code as object | undefined), S3Key } }),
  },
  [BUCKET_DEPLOYMENT]: {
    // CloudFormation fills the configuration in; it belongs to the stack, not to the content.
    read: ({ SourceMarkers, SourceObjectKeys = [] }) => (SourceMarkers === undefined ? SourceObjectKeys : []),
    write: (_properties, SourceObjectKeys) => ({ SourceObjectKeys }),
  },
};

function assetsOf({ Type, Properties = {} }: TemplateResource): readonly unknown[] {
  return FIELDS[Type]?.read(Properties as Record<string, never>) ?? [];
}

/** Returns the assets of a template. */
export function templateAssets({ Resources }: Template): Assets {
  const all = Object.entries(Resources).map(([id, resource]) => [id, assetsOf(resource)] as const);
  return Object.fromEntries(all.filter(([, assets]) => assets.length > 0));
}

/**
 * Returns a template with the assets of another release.
 *
 * @throws {RollbackError} when the two do not have the same resources
 */
export function withAssets<T extends Template>(template: T, { version, assets }: Release): T {
  const current = templateAssets(template);
  const ids = new Set([...Object.keys(current), ...Object.keys(assets)]);
  const different = [...ids].filter((id) => current[id]?.length !== assets[id]?.length);
  if (different.length > 0) {
    throw new RollbackError(
      `Version ${version} has other resources than the deployed stack: ${different.join(', ')}. Nothing was changed.`,
      'check out the commit of that version, and deploy it',
    );
  }
  const Resources = Object.entries(template.Resources).map(([id, resource]) => {
    const values = assets[id];
    if (!values) return [id, resource];
    const properties = (resource.Properties ?? {}) as Record<string, never>;
    return [
      id,
      { ...resource, Properties: { ...properties, ...FIELDS[resource.Type]?.write(properties, values) } },
    ];
  });
  return { ...template, Resources: Object.fromEntries(Resources) };
}

export function isSame(one: Assets, other: Assets): boolean {
  const sorted = (assets: Assets): string => JSON.stringify(Object.entries(assets).sort());
  return sorted(one) === sorted(other);
}

/** Returns the name of the parameter of Systems Manager whose history has the releases of a stack. */
export function releaseParameter(stackName: string): string {
  return `/${stackName}/release`;
}

/** Lists the releases of a stack, the newest first. Parameter Store keeps the last 100. */
export async function listReleases(
  { ssm: client }: AwsClients,
  stackName: string,
  abortSignal: AbortSignal,
): Promise<Release[]> {
  const releases: Release[] = [];
  const pages = paginateGetParameterHistory(
    { client },
    { Name: releaseParameter(stackName) },
    { abortSignal },
  );
  try {
    for await (const { Parameters = [] } of pages)
      for (const { Version = 0, LastModifiedDate: at, LastModifiedUser: by, Value = '{}' } of Parameters)
        releases.unshift({ version: Version, at, by, assets: JSON.parse(Value) });
  } catch (error) {
    if (!(error instanceof ParameterNotFound)) throw error;
  }
  return releases;
}

/**
 * Records the assets of a deployed stack as a release, unless they are those of the newest one.
 *
 * @returns whether the credentials can record releases
 */
export async function recordRelease(
  clients: AwsClients,
  stackName: string,
  template: Template,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const assets = templateAssets(template);
  try {
    const [newest] = await listReleases(clients, stackName, abortSignal);
    if (newest && isSame(newest.assets, assets)) return true;
    const request = new PutParameterCommand({
      Name: releaseParameter(stackName),
      Description: 'Assets of the deployed API and site. Its history is the list of releases.',
      Type: 'String',
      // With line breaks: the service rejects two adjacent braces.
      Value: JSON.stringify(assets, null, 1),
      Overwrite: true,
    });
    await clients.ssm.send(request, { abortSignal });
    return true;
  } catch (error) {
    if (!isDenied(error)) throw error;
    return false;
  }
}

/** Deletes the list of releases, if the credentials can. */
export async function deleteReleases(
  { ssm }: AwsClients,
  stackName: string,
  abortSignal: AbortSignal,
): Promise<void> {
  try {
    await ssm.send(new DeleteParameterCommand({ Name: releaseParameter(stackName) }), { abortSignal });
  } catch (error) {
    if (!(error instanceof ParameterNotFound) && !isDenied(error)) throw error;
  }
}
