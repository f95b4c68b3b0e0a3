import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemplateDocument } from '@spa-on-aws/cloudformation';
import { describeHops } from '../src/report';
import { type CheckedStack, checkRules, Subject } from '../src/rule';
import { RULES } from '../src/rules';

/** Templates in `test/templates`, with what their assembly says about them. */
const FIXTURES = {
  dev: {},
  fargate: {},
  lambda: {},
  prod: { terminationProtection: true },
  'web-acls': { region: 'us-east-1' },
  'custom-domain': { region: 'us-east-1' },
} as const satisfies Record<string, Partial<CheckedStack>>;

export type FixtureName = keyof typeof FIXTURES;

export const FIXTURE_NAMES = Object.keys(FIXTURES) as FixtureName[];

export const fixtureFile = (name: FixtureName): string =>
  join(import.meta.dirname, 'templates', `${name}.json`);

/** Returns the stack of a template in `test/templates`. */
export function fixture(name: FixtureName = 'dev'): CheckedStack {
  const template = new TemplateDocument(JSON.parse(readFileSync(fixtureFile(name), 'utf8')));
  return { name, template, terminationProtection: false, ...FIXTURES[name] };
}

type Json = Record<string, unknown>;

/** Entry of `Resources` that a test can change. */
export interface MutableResource {
  Type: string;
  // Tests change properties at any depth.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  Properties: any;
  DependsOn?: string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Condition?: string;
  Metadata?: Json;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  UpdatePolicy?: any;
}

/** Template that a test can change. */
export class MutableTemplate {
  constructor(readonly json: Json & { Resources: Record<string, MutableResource> }) {}

  /** Returns the logical id of the first resource of a type for which `chosen` returns true. */
  id(type: string, chosen: (resource: MutableResource, id: string) => boolean = () => true): string {
    const found = Object.entries(this.json.Resources).find(
      ([id, resource]) => resource.Type === type && chosen(resource, id),
    );
    if (!found) throw new Error(`the template has no such ${type}`);
    return found[0];
  }

  /** Returns the first resource of a type for which `chosen` returns true. */
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

/** Changes a template. */
export type Mutation = (template: MutableTemplate) => void;

/** Returns a stack with a changed template. */
export function mutated(mutate: Mutation, stack = fixture()): CheckedStack {
  const template = new MutableTemplate(
    JSON.parse(JSON.stringify(stack.template.json)) as MutableTemplate['json'],
  );
  mutate(template);
  return { ...stack, template: new TemplateDocument(template.json) };
}

/** Returns the rules that fail for a stack, and the parts of their findings. */
export async function found(stack: CheckedStack, deployed?: CheckedStack) {
  const outcomes = await checkRules(new Subject(stack, deployed), RULES);
  const failed = outcomes.filter(({ findings }) => findings.length > 0);
  const findings = failed.flatMap((outcome) => outcome.findings);
  return {
    rules: failed.map(({ rule }) => rule.id),
    findings,
    paths: findings.map(({ path }) => path),
    problems: findings.map(({ problem }) => problem),
    hops: findings.flatMap(({ hops }) => (hops ? [describeHops(hops).join('\n')] : [])),
  };
}
