import {
  checkTemplate,
  readAssembly,
  readTemplateFile,
  type StackAssembly,
  StackSelectionError,
  type Template,
} from '@spa-on-aws/cloudformation';

/** Where stacks come from. */
export interface Sources {
  /** Directories of cloud assemblies. */
  readonly assemblies: readonly string[];
  /** Templates written by hand. */
  readonly templates: readonly { readonly stackName: string; readonly file: string }[];
  /** The stacks to run; empty: all. */
  readonly stacks: readonly string[];
}

/** A stack whose template can be resolved. */
export interface RunnableStack extends Omit<StackAssembly, 'template'> {
  readonly template: Template;
}

/** At least one stack. */
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
