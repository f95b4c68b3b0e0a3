import {
  CodedError,
  coverageOf,
  type CoveredProperty,
  InvalidPropertyError,
  type MissingParameter,
  ParameterError,
  type Reading,
  type Resource,
  type Stack,
  UnsupportedPropertyError,
} from '@spa-on-aws/cloudformation';
import wrapAnsi from 'wrap-ansi';
import { MissingSecretError, UnsupportedResourceError } from '../errors';
import type { Options, ParameterValue } from './options';
import { loadSecrets } from '../run/secrets';
import { loadStacks, type Stacks } from '../run/sources';
import { mayPassOver, type ResolvedStacks, resolveStacks } from '../run/stacks';
import { describeLeftOut } from '../run/without';
import { ALL_SERVICES, linkFaults, localHosts, readFiles, type Topology, warningsOf } from '../run/services';

const LINE_LENGTH = 110;

/** Shorter texts occur in messages by chance. */
const MIN_DISTINCT = 8;

/** A resource that a service reads, and the treatment of each property. */
interface InspectedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: readonly CoveredProperty[];
}

/** Something that a start refuses. */
interface Problem {
  readonly text: string;
  /** Command-line option, with a sample value, without which it is a problem. */
  readonly flag?: string | undefined;
}

interface Inspection {
  readonly resources: readonly InspectedResource[];
  /** Types not involved in serving requests, with their number of resources. */
  readonly notOnTheRequestPath: Readonly<Record<string, number>>;
  /** Messages about what a start refuses. */
  readonly problems: readonly string[];
  /** Messages about what a start ignores with a warning. */
  readonly warnings: readonly string[];
  /** Command-line options with which some of the problems disappear. */
  readonly flags: readonly string[];
  readonly verdict: 'runs' | 'needs-values' | 'cannot-run';
}

/** Reads the stacks as a start does, and continues after errors, with sample values where a value is missing. */
export async function inspect(options: Options): Promise<Inspection> {
  const missing: Problem[] = [];
  const samples: string[] = [];
  for (let current = options; ;) {
    const found = await inspectOnce(current, samples);
    const values = found.missing.filter(({ flag }) => missing.every((one) => one.flag !== flag));
    if (values.length === 0) return toInspection(found, [...missing, ...found.problems]);
    missing.push(...values);
    samples.push(...values.flatMap(({ sample }) => sample ?? []));
    current = {
      ...current,
      parameters: [
        ...current.parameters,
        ...values.flatMap(({ parameter }) => (parameter ? [parameter] : [])),
      ],
      attributes: new Map([
        ...current.attributes,
        ...values.flatMap(({ attribute }) => (attribute ? [attribute] : [])),
      ]),
    };
  }
}

/** A value that a start needs, with the sample that inspect goes on with. */
interface MissingValue extends Problem {
  /** Text by which errors about the sample are recognized. */
  readonly sample: string | undefined;
  readonly parameter?: ParameterValue;
  readonly attribute?: readonly [name: string, value: string];
}

interface Found extends Pick<Inspection, 'resources' | 'notOnTheRequestPath' | 'warnings'> {
  readonly problems: readonly Problem[];
  /** Values to go on with. */
  readonly missing: readonly MissingValue[];
}

function toInspection(
  { resources, notOnTheRequestPath, warnings }: Found,
  problems: readonly Problem[],
): Inspection {
  const flags = [...new Set(problems.flatMap(({ flag }) => flag ?? []))];
  const isHopeless = problems.some(({ flag }) => flag === undefined);
  return {
    resources,
    notOnTheRequestPath,
    problems: problems.map(({ text }) => text),
    warnings,
    flags,
    verdict: isHopeless ? 'cannot-run' : flags.length > 0 ? 'needs-values' : 'runs',
  };
}

async function inspectOnce(options: Options, samples: readonly string[]): Promise<Found> {
  const faults = new Faults(samples);
  const warnings: string[] = [];
  const readings = new Map<string, [Reading, ...Reading[]]>();
  const stacks = await faults.attempt(() => loadStacks(options));
  const resolved =
    stacks &&
    (await faults.attempt(() =>
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
  if (!stacks || !resolved) return { resources: [], notOnTheRequestPath: {}, warnings, ...faults.found };
  faults.stack = resolved.stack;
  for (const { leftOut } of stacks)
    warnings.push(...leftOut.map((one) => `${describeLeftOut(one)}: left out by --without.`));
  warnings.push(...(await readEverything(resolved, stacks, options, faults)));

  const resources = [...readings.values()].map(toInspected);
  const problems: Problem[] = [];
  for (const { logicalId, type, properties } of resources) {
    for (const { property, treatment, value } of properties) {
      if (treatment !== 'not supported') continue;
      const text = `${logicalId} (${type}) ${property}: not supported by the local cloud. Check the spelling, or remove it.`;
      const path = property.split(/[.[\]]+/);
      if (options.strict || !mayPassOver(type, { property, path, value })) problems.push({ text });
      else warnings.push(text);
    }
  }
  return {
    resources,
    notOnTheRequestPath: Object.fromEntries(resolved.stack.unread()),
    warnings,
    problems: [...faults.found.problems, ...problems],
    missing: faults.found.missing,
  };
}

/**
 * Collects errors. A faulty property is removed, or else the resource is left out, so that the next attempt finds more. Errors
 * that follow from that are not reported.
 */
class Faults {
  readonly #problems: Problem[] = [];
  readonly #missing: MissingValue[] = [];
  /** Removed properties, by logical id. */
  readonly #removed = new Map<string, string[]>();
  readonly #leftOut: { readonly ref: string; readonly properties: string }[] = [];
  stack: Stack | undefined;

  /** @param samples values that inspect has made up; errors about them are reported only with a flag that works with the sample */
  constructor(readonly samples: readonly string[]) {}

  get found(): Pick<Found, 'problems' | 'missing'> {
    return { problems: this.#problems, missing: this.#missing };
  }

  /** Returns `undefined` for a step that failed. */
  async attempt<T>(step: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** Attempts a step again as long as that can find more. */
  async repeat(step: () => Promise<unknown>): Promise<void> {
    for (let isAgain = true; isAgain;) {
      isAgain = false;
      try {
        await step();
      } catch (error) {
        isAgain = this.add(error);
      }
    }
  }

  /** @returns true if another attempt can find more. @throws unexpected errors */
  add(error: unknown): boolean {
    if (!(error instanceof CodedError)) throw error;
    const id = 'logicalId' in error && typeof error.logicalId === 'string' ? error.logicalId : undefined;
    const resource = id === undefined ? undefined : this.stack?.resources.get(id);
    if (!this.#follows(error, resource)) this.#report(error);
    if (!resource) return false;
    if (isPropertyError(error) && this.#remove(error, resource)) return true;
    this.#leftOut.push({
      ref: orEmpty(() => resource.ref),
      properties: orEmpty(() => JSON.stringify(resource.properties)),
    });
    this.stack?.leaveOut(resource.logicalId);
    return true;
  }

  /** Removes faulty properties. @returns false when there are none to remove */
  #remove({ logicalId, faults }: PropertyError, { properties }: Resource): boolean {
    const removed = faults.filter(({ property }) =>
      removeAt(properties, property.split(/[.[\]]+/).filter(Boolean)),
    );
    const known = this.#removed.get(logicalId) ?? [];
    this.#removed.set(logicalId, [...known, ...removed.map(({ property }) => property)]);
    return removed.length > 0;
  }

  #report(error: CodedError): void {
    if (error instanceof ParameterError && error.missing.length > 0) {
      this.#missing.push(...error.missing.map(missingParameter));
      return;
    }
    const text = (detail: string): string => `${error.code}: ${detail}`;
    if (!isPropertyError(error)) {
      const hasFlag = error instanceof MissingSecretError || error instanceof UnsupportedResourceError;
      const flag = hasFlag ? error.flag : undefined;
      if (flag === undefined && this.#isAboutSample(error.message)) return;
      this.#problems.push({ text: text(error.message), flag });
      return;
    }
    const removed = this.#removed.get(error.logicalId) ?? [];
    for (const { property, detail, flag } of error.faults) {
      if (removed.some((one) => one.startsWith(property))) continue;
      if (flag === undefined && this.#isAboutSample(detail)) continue;
      const problem = { text: text(`${error.logicalId} (${error.type}) ${property}: ${detail}`), flag };
      const [, attribute, sample = ''] = /^--attribute ([^=]+)=(.+)$/.exec(flag ?? '') ?? [];
      if (attribute === undefined) this.#problems.push(problem);
      else this.#missing.push({ ...problem, sample, attribute: [attribute, sample] });
    }
  }

  #isAboutSample(text: string): boolean {
    return this.samples.some((sample) => text.includes(sample));
  }

  /** True for an error that only exists because a resource was left out. */
  #follows({ message }: CodedError, resource: Resource | undefined): boolean {
    return this.#leftOut.some(
      ({ ref, properties }) =>
        (ref.length >= MIN_DISTINCT && message.includes(ref)) ||
        (resource !== undefined && properties.includes(JSON.stringify(orEmpty(() => resource.ref)))),
    );
  }
}

/** Returns nothing for a value that cannot be resolved, which is a problem already. */
function orEmpty(text: () => string): string {
  try {
    return text();
  } catch (error) {
    if (error instanceof CodedError) return '';
    throw error;
  }
}

type PropertyError = UnsupportedPropertyError | InvalidPropertyError;

const isPropertyError = (error: CodedError): error is PropertyError =>
  error instanceof UnsupportedPropertyError || error instanceof InvalidPropertyError;

/** Removes what is at a path. @returns false when nothing is there */
function removeAt(value: unknown, [name = '', ...rest]: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
  const inner = (value as Record<string, unknown>)[name];
  if (rest.length > 0) return removeAt(inner, rest);
  return !Array.isArray(value) && Reflect.deleteProperty(value, name);
}

function missingParameter({ stackName, name, sample: value }: MissingParameter): MissingValue {
  const setting = `${stackName}.${name}=${value}`;
  const flag = `--parameter ${/^[\w.=:/@,+-]+$/.test(setting) ? setting : `'${setting}'`}`;
  return {
    text: `Stack ${stackName}: parameter ${name} has no value. Set it with ${flag}`,
    flag,
    // A short sample such as true is part of many messages.
    sample: value.length < MIN_DISTINCT ? undefined : value,
    parameter: { stackName, name, value },
  };
}

/** Returns the warnings of all services. */
async function readEverything(
  { stack, origins }: ResolvedStacks,
  stacks: Stacks,
  options: Options,
  faults: Faults,
): Promise<readonly string[]> {
  const at = (port: number): string => `http${options.https ? 's' : ''}://localhost:${port}`;
  const all = (type: string, origin: string): ReadonlyMap<string, string> =>
    new Map(stack.ofType(type).map(({ logicalId }) => [logicalId, origin]));
  const local = {
    distributions: all('AWS::CloudFront::Distribution', at(options.port)),
    restApis: all('AWS::ApiGateway::RestApi', at(options.apiGatewayPort)),
    functionUrls: all('AWS::Lambda::Url', at(options.port)),
    cognito: at(options.cognitoPort),
  };
  const hosts = await faults.attempt(() => localHosts(stack, local));
  for (const [host, origin] of hosts ?? []) origins.add(host, origin);
  await faults.repeat(() => readFiles(stack, stacks, options));
  const models = new Map<string, unknown>();
  for (const [name, service] of ALL_SERVICES) {
    await faults.repeat(async () => {
      const model = service.readModel(stack, stacks);
      models.set(name, model);
      await service.check?.(model, { stack, stacks, options, localize: (text) => origins.localize(text) });
    });
  }
  const topology = Object.fromEntries(models) as unknown as Topology;
  const warnings = warningsOf(topology);
  if (models.size < ALL_SERVICES.length) return warnings;
  await faults.attempt(async () => {
    const secrets = await loadSecrets(options);
    for (const fault of linkFaults(topology, stack, { standIns: options.standIns, secrets }))
      faults.add(fault);
  });
  return warnings;
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
      'Warnings (--strict refuses unknown properties)',
      warnings.map((line) => `    ${line}`),
    ),
    ...section(
      'Needs a value',
      inspection.verdict === 'needs-values'
        ? problems.map((line) => `    ${line.replaceAll('\n', '\n    ')}`)
        : [],
    ),
    `${resources.length} resources: ${counts}.`,
    '',
    ...verdict(inspection),
    '',
  ].join('\n');
}

function verdict({ verdict: result, flags, problems }: Inspection): string[] {
  const values = flags.map((flag) => `    ${flag}`);
  if (result === 'runs') return ['Verdict: runs.'];
  if (result === 'needs-values') return ['Verdict: runs with these values:', ...values];
  const places = problems.length === 1 ? 'this place' : `these ${problems.length} places`;
  return [
    `Verdict: cannot run, because of ${places}:`,
    ...problems.map((line) => `    ${line.replaceAll('\n', '\n    ')}`),
    ...(values.length > 0 ? ['Some of them disappear with these values:', ...values] : []),
  ];
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
