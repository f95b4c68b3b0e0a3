import { CodedError, coverageOf, type CoveredProperty, type Reading } from '@spa-on-aws/cloudformation';
import wrapAnsi from 'wrap-ansi';
import type { Options } from './options';
import { loadSecrets } from '../run/secrets';
import { loadStacks, type Stacks } from '../run/sources';
import { mayPassOver, type ResolvedStacks, resolveStacks } from '../run/stacks';
import { ALL_SERVICES, checkLinks, localHosts, type Topology } from '../run/services';

const LINE_LENGTH = 110;

/** A resource that a service reads, and the treatment of each property. */
interface InspectedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: readonly CoveredProperty[];
}

interface Inspection {
  readonly resources: readonly InspectedResource[];
  /** Types not involved in serving requests, with their number of resources. */
  readonly notOnTheRequestPath: Readonly<Record<string, number>>;
  /** Messages about what a start refuses. */
  readonly problems: readonly string[];
  /** Messages about what a start ignores with a warning. */
  readonly warnings: readonly string[];
}

/** Reads the stacks as a start does, and continues after errors. */
export async function inspect(options: Options): Promise<Inspection> {
  const problems: string[] = [];
  const warnings: string[] = [];
  const readings = new Map<string, [Reading, ...Reading[]]>();
  /** Returns `undefined` for a step that failed. */
  const attempt = async <T>(step: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      problems.push(`${error.code}: ${error.message}`);
      return undefined;
    }
  };
  const stacks = await attempt(() => loadStacks(options));
  const resolved =
    stacks &&
    (await attempt(() =>
      resolveStacks(stacks, options, {
        onRead: (reading) => {
          const { resource } = reading;
          const { logicalId } = resource;
          // Resolves the properties now, so that an error becomes one of the problems.
          void resource.properties;
          const known = readings.get(logicalId);
          readings.set(logicalId, known ? [...known, reading] : [reading]);
        },
        passesOver: () => true,
      }),
    ));
  if (!stacks || !resolved) return { resources: [], notOnTheRequestPath: {}, problems, warnings };
  await readEverything(resolved, stacks, options, attempt);

  const resources = [...readings.values()].map(toInspected);
  for (const { logicalId, type, properties } of resources) {
    for (const { property, treatment, value } of properties) {
      if (treatment !== 'not supported') continue;
      const text = `${logicalId} (${type}) ${property}: not supported by the local cloud. Check the spelling, or remove it.`;
      const path = property.split(/[.[\]]+/);
      (options.strict || !mayPassOver(type, { property, path, value }) ? problems : warnings).push(text);
    }
  }
  return {
    resources,
    notOnTheRequestPath: Object.fromEntries(resolved.stack.unread()),
    problems,
    warnings,
  };
}

async function readEverything(
  { stack, origins }: ResolvedStacks,
  stacks: Stacks,
  options: Options,
  attempt: <T>(step: () => T | Promise<T>) => Promise<T | undefined>,
): Promise<void> {
  const at = (port: number): string => `http${options.https ? 's' : ''}://localhost:${port}`;
  const all = (type: string, origin: string): ReadonlyMap<string, string> =>
    new Map(stack.ofType(type).map(({ logicalId }) => [logicalId, origin]));
  const local = {
    distributions: all('AWS::CloudFront::Distribution', at(options.port)),
    restApis: all('AWS::ApiGateway::RestApi', at(options.apiGatewayPort)),
    functionUrls: all('AWS::Lambda::Url', at(options.port)),
    cognito: at(options.cognitoPort),
  };
  const hosts = await attempt(() => localHosts(stack, local));
  for (const [host, origin] of hosts ?? []) origins.add(host, origin);
  const models = new Map<string, unknown>();
  for (const [name, service] of ALL_SERVICES) {
    const model = await attempt(() => service.readModel(stack, stacks));
    if (model === undefined) continue;
    models.set(name, model);
    await attempt(() =>
      service.check?.(model, { stack, stacks, options, localize: (text) => origins.localize(text) }),
    );
  }
  if (models.size < ALL_SERVICES.length) return;
  const topology = Object.fromEntries(models) as unknown as Topology;
  await attempt(async () => {
    const secrets = await loadSecrets(options);
    checkLinks(topology, stack, { standIns: options.standIns, secrets });
  });
}

/** A property is interpreted if any service reads it, or if the resource's name is made from it. */
function toInspected(readings: readonly [Reading, ...Reading[]]): InspectedResource {
  const { resource } = readings[0];
  const { logicalId, type, properties, namingProperties } = resource;
  const treatments = new Map<string, CoveredProperty>();
  for (const { schema } of readings) {
    for (const covered of coverageOf(schema, properties)) {
      const { property } = covered;
      if (treatments.get(property)?.treatment !== 'interpreted') treatments.set(property, covered);
    }
  }
  for (const name of namingProperties) {
    const covered = treatments.get(name);
    if (covered) treatments.set(name, { ...covered, treatment: 'interpreted' });
  }
  return {
    logicalId,
    type,
    properties: [...treatments].map(([property, { treatment, value }]) => ({ property, treatment, value })),
  };
}

/** Formats the report as text; items of a list are named once. */
export function describeInspection(inspection: Inspection): string {
  const { resources, notOnTheRequestPath, problems, warnings } = inspection;
  const types = Object.entries(notOnTheRequestPath).map(([type, count]) =>
    count > 1 ? `${type} ×${count}` : type,
  );
  const counts = countTreatments(resources);
  return [
    ...resources.flatMap(describeResource),
    ...section(
      'Not involved in serving requests, skipped',
      types.length > 0 ? wrap(types.join(', '), 4) : [],
    ),
    ...section(
      'Ignored with a warning (refused with --strict)',
      warnings.map((line) => `    ${line}`),
    ),
    ...section(
      'Refused',
      problems.map((line) => `    ${line.replaceAll('\n', '\n    ')}`),
    ),
    `${resources.length} resources: ${counts}.`,
    '',
  ].join('\n');
}

function countTreatments(resources: readonly InspectedResource[]): string {
  const all = resources.flatMap(({ properties }) => properties);
  return (['interpreted', 'without effect', 'not supported'] as const)
    .map((treatment) => `${all.filter((one) => one.treatment === treatment).length} properties ${treatment}`)
    .join(', ');
}

function describeResource({ logicalId, type, properties }: InspectedResource): string[] {
  const rows = (['interpreted', 'without effect', 'not supported'] as const).flatMap((treatment) => {
    const names = properties
      .filter((one) => one.treatment === treatment)
      .map(({ property }) => property.replace(/\[\d+\]/g, '[]'));
    if (names.length === 0) return [];
    const [first = '', ...rest] = wrap([...new Set(names)].join(', '), 19);
    return [`  ${treatment.padEnd(15)}  ${first.trimStart()}`, ...rest];
  });
  return [`${logicalId}  ${type}`, ...(rows.length > 0 ? rows : ['  no properties']), ''];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [`${title}:`, ...lines, ''] : [];
}

function wrap(text: string, indent: number): string[] {
  return wrapAnsi(text, LINE_LENGTH - indent)
    .split('\n')
    .map((line) => ' '.repeat(indent) + line);
}
