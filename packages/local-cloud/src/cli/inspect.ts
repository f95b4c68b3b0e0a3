import {
  CodedError,
  coverageOf,
  type CoveredProperty,
  type Reading,
  type Treatment,
} from '@spa-on-aws/cloudformation';
import type { Options } from './options';
import { loadStacks, type Stacks } from '../run/sources';
import { type ResolvedStacks, resolveStacks } from '../run/stacks';
import { mayPassOver } from '../run/strictness';
import { ALL_SERVICES, checkLinks, localHosts, type Topology } from '../run/services';

/** A resource that a service reads, with what becomes of each property. */
export interface InspectedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: readonly CoveredProperty[];
}

/** What the local cloud makes of templates. */
export interface Inspection {
  readonly resources: readonly InspectedResource[];
  /** Types that no request meets, with how many resources there are of each. */
  readonly notOnTheRequestPath: Readonly<Record<string, number>>;
  /** What a start would refuse, in words. */
  readonly problems: readonly string[];
  /** What a start would pass over with a warning, in words. */
  readonly warnings: readonly string[];
}

/** Reads the stacks as a start does, and goes on after what a start would refuse. */
export async function inspect(options: Options): Promise<Inspection> {
  const problems: string[] = [];
  const warnings: string[] = [];
  const readings = new Map<string, [Reading, ...Reading[]]>();
  /** `undefined` when it was refused. */
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
          // What cannot be resolved throws here, where it becomes a problem among others, and not in the report.
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
    for (const { property, treatment } of properties) {
      if (treatment !== 'not supported') continue;
      const text = `${logicalId} (${type}) ${property}: the local cloud does not know this property: mend its name, or leave it out.`;
      const path = property.split(/[.[\]]+/);
      (options.strict || !mayPassOver(type, { property, path }) ? problems : warnings).push(text);
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
  await attempt(() => checkLinks(topology, stack, options.standIns));
}

/** A property that one service reads and another does not know is interpreted, and so is one that makes a name. */
function toInspected(readings: readonly [Reading, ...Reading[]]): InspectedResource {
  const { resource } = readings[0];
  const { logicalId, type, properties, namingProperties } = resource;
  const treatments = new Map<string, Treatment>();
  for (const { schema } of readings) {
    for (const { property, treatment } of coverageOf(schema, properties)) {
      if (treatments.get(property) !== 'interpreted') treatments.set(property, treatment);
    }
  }
  for (const name of namingProperties) {
    if (treatments.has(name)) treatments.set(name, 'interpreted');
  }
  return {
    logicalId,
    type,
    properties: [...treatments].map(([property, treatment]) => ({ property, treatment })),
  };
}

/** The report as people read it; items of a list are named once. */
export function describeInspection(inspection: Inspection): string {
  const { resources, notOnTheRequestPath, problems, warnings } = inspection;
  const types = Object.entries(notOnTheRequestPath).map(([type, count]) =>
    count > 1 ? `${type} ×${count}` : type,
  );
  const counts = countTreatments(resources);
  return [
    ...resources.flatMap(describeResource),
    ...section('Not on the way of a request, not run', types.length > 0 ? wrap(types.join(', '), 4) : []),
    ...section(
      'Passed over with a warning (refused with --strict)',
      warnings.map((line) => `    ${line}`),
    ),
    ...section(
      'Refused at the start',
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
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > 110) lines.push(' '.repeat(indent) + word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
