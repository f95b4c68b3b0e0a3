import { StackSelectionError } from '../errors';
import { loadAssembly, type StackAssembly } from './assembly';
import { readTemplateFile } from './template';

/** Where stacks come from. */
export interface Sources {
  /** Directories of cloud assemblies. */
  readonly assemblies: readonly string[];
  /** Templates written by hand. */
  readonly templates: readonly { readonly stackName: string; readonly file: string }[];
  /** The stacks to run; empty: all. */
  readonly stacks: readonly string[];
}

/** At least one stack. */
export type Stacks = readonly [StackAssembly, ...(readonly StackAssembly[])];

/**
 * Reads every stack that is to run.
 *
 * @throws StackSelectionError AssemblyNotFoundError MalformedTemplateError UnsupportedTemplateError
 */
export async function loadStacks({ assemblies, templates, stacks: wanted }: Sources): Promise<Stacks> {
  const loaded = await Promise.all([
    ...assemblies.map((directory) => loadAssembly(directory)),
    ...templates.map(async ({ stackName, file }): Promise<StackAssembly[]> => {
      const template = await readTemplateFile(file);
      const none = { files: new Map(), images: new Map() };
      return [{ stackName, templateFile: file, sourceFiles: [file], template, ...none }];
    }),
  ]);
  const all = loaded.flat();
  const names = all.map(({ stackName }) => stackName);
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
  const [first, ...others] = all.filter(({ stackName }) => wanted.length === 0 || wanted.includes(stackName));
  if (!first) throw new StackSelectionError(`${assemblies.join(', ')}: there is no stack to run.`);
  return [first, ...others];
}
