import { Template as Assertions } from 'aws-cdk-lib/assertions';
import { SpaOnAwsStack, type SpaOnAwsStackProps } from '@spa-on-aws/infra';
import { describeRoad } from '../src/report';
import { Subject } from '../src/rule';
import { RULES } from '../src/rules';
import { type SynthesizedStack, Template } from '@spa-on-aws/cloudformation';
import { verify } from '../src/verify';
import { smallBuilds, unvalidatedApp } from '@spa-on-aws/infra';

/** What of a stage a test chooses. */
export type StageOptions = Partial<SpaOnAwsStackProps>;

const synthesized = new Map<string, string>();

/** A stage as the real stack makes it, synthesized once for all tests that ask for the same. */
export function stageOf(options: StageOptions = {}): SynthesizedStack {
  const stageName = options.stageName ?? 'dev';
  const key = JSON.stringify(options);
  const json = synthesized.get(key) ?? JSON.stringify(templateOf({ ...options, stageName }));
  synthesized.set(key, json);
  return {
    name: `spa-on-aws-${stageName}`,
    template: new Template(JSON.parse(json)),
    terminationProtection: stageName === 'prod',
    ...(options.region === undefined ? {} : { region: options.region }),
  };
}

function templateOf(options: StageOptions & { readonly stageName: string }): unknown {
  const name = `spa-on-aws-${options.stageName}`;
  const stack = new SpaOnAwsStack(unvalidatedApp(), name, { ...smallBuilds(), ...options });
  return Assertions.fromStack(stack).toJSON();
}

type Json = Record<string, unknown>;

/** An entry of `Resources` that a test may change. */
export interface MutableResource {
  Type: string;
  // A test changes whatever it likes, however deep.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  Properties: any;
  DependsOn?: string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Condition?: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  UpdatePolicy?: any;
}

/** A template a test may change. */
export class MutableTemplate {
  constructor(readonly json: Json & { Resources: Record<string, MutableResource> }) {}

  /** The logical id of the first resource of a type, of those that `chosen` takes. */
  id(type: string, chosen: (resource: MutableResource, id: string) => boolean = () => true): string {
    const found = Object.entries(this.json.Resources).find(
      ([id, resource]) => resource.Type === type && chosen(resource, id),
    );
    if (!found) throw new Error(`the template has no such ${type}`);
    return found[0];
  }

  /** A resource by its type, and, where there are several, by what is chosen. */
  the(type: string, chosen?: (resource: MutableResource, id: string) => boolean): MutableResource {
    return this.json.Resources[this.id(type, chosen)] as MutableResource;
  }

  add(id: string, Type: string, Properties: Json, rest: Partial<MutableResource> = {}): void {
    this.json.Resources[id] = { Type, Properties, ...rest };
  }

  remove(id: string): void {
    Reflect.deleteProperty(this.json.Resources, id);
  }
}

/** What a change does to a stage. */
export type Mutation = (template: MutableTemplate) => void;

/** A stage after a change. */
export function mutated(mutate: Mutation, stage: SynthesizedStack = stageOf()): SynthesizedStack {
  const template = new MutableTemplate(JSON.parse(JSON.stringify(stage.template.json)));
  mutate(template);
  return { ...stage, template: new Template(template.json) };
}

/** What is found in a stage: the rules that break, where, and the roads found, one text each. */
export function found(stage: SynthesizedStack, deployed?: SynthesizedStack) {
  const outcomes = verify(new Subject(stage, deployed), RULES).filter(({ findings }) => findings.length > 0);
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  return {
    rules: outcomes.map(({ rule }) => rule.id),
    findings,
    paths: findings.map(({ path }) => path),
    problems: findings.map(({ problem }) => problem),
    roads: findings.flatMap(({ road }) => (road ? [describeRoad(road).join('\n')] : [])),
  };
}
