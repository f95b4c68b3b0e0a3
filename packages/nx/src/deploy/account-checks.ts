import { relative } from 'node:path';
import { supportsVpcLink } from '@spa-on-aws/cloudformation';
import {
  apiGatewayLogsRole,
  type AvailabilityZone,
  availabilityZones,
  bootstrapVersion,
  hasEcsRole,
} from '../aws/account-setup';
import type { Connection } from '../aws/connection';
import { isDenied } from '../aws/failures';
import type { Fault } from '../errors';
import { type Context, nxCommand } from '../executor';
import type { StageAssembly, Template } from '../stack/assembly';
import type { CheckList } from '../terminal';

/** Checks what a stack needs of its account and region. Skips what the credentials cannot read. */
export async function checkAccount(
  checks: CheckList,
  { bootstrap, template }: StageAssembly,
  { clients, description, region }: Connection,
  context: Context,
): Promise<void> {
  const { signal } = context.interruption;
  const remedy = `${nxCommand(context, 'bootstrap')} --region=${region}`;
  const hasType = (prefix: string): boolean =>
    Object.values(template.Resources).some(({ Type }) => Type.startsWith(prefix));

  if (bootstrap) {
    const { parameter, version } = bootstrap;
    await check(checks, 'bootstrap', `${parameter}; the CDK will check it`, async () => {
      const found = await bootstrapVersion(clients, parameter, signal);
      if (found !== undefined && found >= version) return `version ${found}`;
      const problem =
        found === undefined
          ? `${description} is not bootstrapped for the CDK (no ${parameter})`
          : `the bootstrap stack of ${description} has version ${found}, but the stack needs ${version}`;
      return { problem, remedy };
    });
  }
  if (writesApiLogs(template)) {
    await check(checks, 'API logs', 'the logs role of API Gateway', async () => {
      const role = await apiGatewayLogsRole(clients, signal);
      if (role) return `with ${role}`;
      return { problem: `API Gateway cannot write logs: ${description} has no role for it`, remedy };
    });
  }
  if (hasType('AWS::ECS::')) {
    await check(checks, 'ECS role', 'the service-linked role of ECS', async () =>
      (await hasEcsRole(clients, signal))
        ? 'the account has the service-linked role of ECS'
        : { problem: 'the account has never used ECS: its service-linked role is missing', remedy },
    );
  }
  if (hasType('AWS::ApiGatewayV2::VpcLink')) {
    await check(checks, 'zones', 'the availability zones of the region', async () => {
      const zones = await availabilityZones(clients, signal);
      const fit = zones.map(({ id }) => id).filter((id) => supportsVpcLink(id) !== false);
      const unfit = vpcLinkZones(template, zones).filter((id) => !fit.includes(id));
      if (unfit.length === 0) return 'API Gateway has VPC links in the zones of the stack';
      const cdkJson = `${relative(context.workspaceRoot, context.projectRoot)}/cdk.json`;
      return {
        problem: `API Gateway has no VPC links in ${unfit.join(', ')}, or the region has no such zone`,
        remedy: `set "zones" in the context of ${cdkJson} to two of ${fit.join(', ')}, before the first deployment`,
      };
    });
  }
}

/** @param subject what the credentials must be able to read */
async function check(
  checks: CheckList,
  label: string,
  subject: string,
  run: () => Promise<string | Fault>,
): Promise<void> {
  try {
    const result = await run();
    if (typeof result === 'string') checks.pass(label, result);
    else checks.fail(label, result);
  } catch (error) {
    if (!isDenied(error)) throw error;
    checks.skip(label, `these credentials cannot read ${subject}`);
  }
}

/** Returns whether a template has an API stage that writes logs, which requires a role in the account settings. */
function writesApiLogs({ Resources }: Template): boolean {
  return Object.values(Resources).some(
    ({ Type, Properties = {} }) =>
      Type === 'AWS::ApiGateway::Stage' &&
      (Properties['AccessLogSetting'] !== undefined ||
        (Properties['MethodSettings'] as { LoggingLevel?: string }[] | undefined)?.some(
          ({ LoggingLevel = 'OFF' }) => LoggingLevel !== 'OFF',
        )),
  );
}

/**
 * Returns the ids of the availability zones of the subnets of VPC links.
 *
 * @param zones of the region, in the order of `Fn::GetAZs`
 */
function vpcLinkZones({ Resources }: Template, zones: readonly AvailabilityZone[]): string[] {
  const subnets = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::VpcLink')
    .flatMap(({ Properties }) => Properties?.['SubnetIds'] as readonly { readonly Ref?: string }[]);
  const ids = subnets.flatMap(({ Ref = '' }) => {
    const { AvailabilityZone: zone, AvailabilityZoneId: id } = (Resources[Ref]?.Properties ?? {}) as {
      readonly AvailabilityZone?: string | { readonly 'Fn::Select'?: readonly [number, unknown] };
      readonly AvailabilityZoneId?: string;
    };
    if (id !== undefined) return id;
    if (typeof zone === 'string') return zones.find(({ name }) => name === zone)?.id ?? zone;
    return zones[Number(zone?.['Fn::Select']?.[0])]?.id ?? [];
  });
  return [...new Set(ids)];
}
