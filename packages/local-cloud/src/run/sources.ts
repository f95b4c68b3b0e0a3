import {
  checkTemplate,
  readAssembly,
  readTemplateFile,
  type StackAssembly,
  StackSelectionError,
  type Template,
} from '@spa-on-aws/cloudformation';

export interface Sources {
  readonly assemblies: readonly string[];
  readonly templates: readonly { readonly stackName: string; readonly file: string }[];
  /** The stacks to run; empty: all. */
  readonly stacks: readonly string[];
}

/** A stack whose template can be resolved. */
export interface RunnableStack extends Omit<StackAssembly, 'template'> {
  readonly template: Template;
}

export type Stacks = readonly [RunnableStack, ...(readonly RunnableStack[])];

/**
 * Reads all stacks to run.
 *
 * @throws StackSelectionError AssemblyNotFoundError MalformedTemplateError UnsupportedTemplateError
 */
export async function loadStacks({ assemblies, templates, stacks: wanted }: Sources): Promise<Stacks> {
  const loaded = await Promise.all([
    ...assemblies.map((directory) => readAssembly(directory)),
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
    .map((stack) => ({ ...stack, template: checkTemplate(stack.template.json, stack.templateFile) }));
  if (!first) throw new StackSelectionError(`${assemblies.join(', ')}: there is no stack to run.`);
  return [first, ...others];
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
  for (const { name: stackName, template, files, images } of stacks) {
    const name = (id: string): string => (stacks.length > 1 ? `${stackName}.${id}` : id);
    const { Resources, Conditions, Mappings, Outputs, Parameters } = template;
    for (const [id, resource] of Object.entries(Resources)) entries.set(name(id), JSON.stringify(resource));
    for (const [section, content] of Object.entries({ Conditions, Mappings, Outputs, Parameters })) {
      if (Object.keys(content).length > 0) entries.set(name(section), JSON.stringify(content));
    }
    const assets = [...files, ...images].map(([key, asset]) => [key, asset]);
    if (assets.length > 0) entries.set(name('assets'), JSON.stringify(assets));
  }
  return entries;
}
