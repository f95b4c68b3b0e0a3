import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  checkTemplate,
  readAssembly,
  readTemplateFile,
  readYamlOrJson,
  type StackAssembly,
  StackSelectionError,
  type Template,
} from '@spa-on-aws/cloudformation';

import type { ParameterValue } from '../cli/options';
import { leaveOut, type LeftOut } from './without';

export interface Sources {
  readonly assemblies: readonly string[];
  readonly templates: readonly { readonly stackName: string; readonly file: string }[];
  /** The stacks to run; empty: all. */
  readonly stacks: readonly string[];
  /** Resources, or types of resources, whose restrictions are left out; see `leaveOut`. */
  readonly without?: readonly string[];
  /** Values for loops over list parameters. */
  readonly parameters?: readonly ParameterValue[];
}

/** A stack whose template can be resolved. */
export interface RunnableStack extends Omit<StackAssembly, 'template' | 'included' | 'nested'> {
  readonly template: Template;
  /** Features that this stack runs without. */
  readonly leftOut: readonly LeftOut[];
}

export type Stacks = readonly [RunnableStack, ...(readonly RunnableStack[])];

/**
 * Reads all stacks to run.
 *
 * @throws StackSelectionError AssemblyNotFoundError MalformedTemplateError UnsupportedTemplateError
 */
export async function loadStacks({
  assemblies,
  templates,
  stacks: wanted,
  without = [],
  parameters = [],
}: Sources): Promise<Stacks> {
  const loaded = await Promise.all([
    ...assemblies.map((directory) => readAssembly(directory, { remedy: synthesize(directory) })),
    ...templates.map(({ stackName, file }) =>
      readTemplateFile(file, stackName, { remedy: 'Give --template a file that exists.' }),
    ),
  ]);
  const all = loaded.flat();
  const names = all.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new StackSelectionError(
      `Two stacks are named ${twice}. Name a template with --template <stack>=<file>, or choose stacks with --stack.`,
    );
  }
  const missing = wanted.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new StackSelectionError(
      `--stack: there is no stack ${missing}; stacks: ${names.join(', ') || 'none'}.`,
    );
  }
  const [first, ...others] = all
    .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
    .map((stack) => ({
      ...stack,
      template: checkTemplate(
        stack.template.json,
        stack.templateFile,
        Object.fromEntries(
          parameters
            .filter(({ stackName = stack.name }) => stackName === stack.name)
            .map(({ name, value }) => [name, value]),
        ),
        stack.nested,
      ),
      leftOut: [],
    }));
  if (!first) throw new StackSelectionError(`${assemblies.join(', ')}: there is no stack to run.`);
  return leaveOut([first, ...others], without);
}

/** Returns advice for a missing assembly: the Nx target of the starter, or else the CDK's command. */
function synthesize(directory: string): string {
  const isStarter =
    directory.endsWith(path.join('libs', 'infra', 'cdk.out')) &&
    existsSync(path.resolve(directory, '../../../nx.json'));
  return isStarter
    ? 'Synthesize it first: npx nx synth infra.'
    : 'Synthesize it first (npx cdk synth), or name what to run: --assembly <directory> or --template <file>.';
}

/** Describes changes: `added Table; changed Method, Site; removed Logs`; `undefined` when there are none. */
export function describeChanges(
  before: readonly RunnableStack[],
  after: readonly RunnableStack[],
): string | undefined {
  const parts = (['added', 'changed', 'removed'] as const).flatMap((kind) => {
    const names = changesOf(kind, entriesOf(before), entriesOf(after));
    return names.length === 0 ? [] : [`${kind} ${names.join(', ')}`];
  });
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** Returns `changed openapi.yaml` for files that properties name; `undefined` when none is changed. */
export async function describeChangedFiles(files: ReadonlyMap<string, unknown>): Promise<string | undefined> {
  const names = await Promise.all(
    [...files].map(async ([file, content]) =>
      isDeepStrictEqual(await readYamlOrJson(file, ''), content) ? [] : [path.basename(file)],
    ),
  );
  const changed = names.flat();
  return changed.length === 0 ? undefined : `changed ${changed.join(', ')}`;
}

function changesOf(
  kind: 'added' | 'changed' | 'removed',
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  switch (kind) {
    case 'added':
      return [...after.keys()].filter((name) => !before.has(name));
    case 'removed':
      return [...before.keys()].filter((name) => !after.has(name));
    case 'changed':
      return [...after.keys()].filter((name) => before.has(name) && before.get(name) !== after.get(name));
  }
}

function entriesOf(stacks: readonly RunnableStack[]): Map<string, string> {
  const entries = new Map<string, string>();
  const add = (
    { Resources, Conditions, Mappings, Outputs, Parameters, nested }: Template,
    prefix: string,
  ) => {
    for (const [id, resource] of Object.entries(Resources))
      entries.set(prefix + id, JSON.stringify(resource));
    for (const [section, content] of Object.entries({ Conditions, Mappings, Outputs, Parameters })) {
      if (Object.keys(content).length > 0) entries.set(prefix + section, JSON.stringify(content));
    }
    for (const [id, inner] of Object.entries(nested)) add(inner, `${prefix}${id}/`);
  };
  for (const { name: stackName, template, files, images } of stacks) {
    const prefix = stacks.length > 1 ? `${stackName}.` : '';
    add(template, prefix);
    const assets = [...files, ...images].map(([key, asset]) => [key, asset]);
    if (assets.length > 0) entries.set(`${prefix}assets`, JSON.stringify(assets));
  }
  return entries;
}
