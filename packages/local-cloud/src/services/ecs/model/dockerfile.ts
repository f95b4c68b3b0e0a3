import path from 'node:path';
import { MalformedTemplateError } from '@spa-on-aws/cloudformation';
import { type Copy, DockerfileParser, type PropertyInstruction } from 'dockerfile-ast';

/** The parts of a Dockerfile that matter to a process that runs without a container engine. */
export interface ImageDefinition {
  /** Absolute path inside the image. */
  readonly workingDirectory: string;
  /** Files of the build context, with their absolute paths inside the image. */
  readonly copies: readonly { readonly source: string; readonly destination: string }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
}

const WITHOUT_EFFECT = new Set(['EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'STOPSIGNAL', 'USER']);

/**
 * Reads a Dockerfile that only arranges files: `COPY`, `WORKDIR`, `ENV`, and `ENTRYPOINT` and `CMD` in exec form.
 *
 * @param file name for messages
 * @throws MalformedTemplateError for an instruction that needs a container engine, such as `RUN`
 */
export function readDockerfile(text: string, file: string): ImageDefinition {
  let workingDirectory = '/';
  let entryPoint: string[] = [];
  let command: string[] = [];
  const copies: { source: string; destination: string }[] = [];
  const buildArguments: Record<string, string> = {};
  const environment: Record<string, string> = {};

  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword();
    const line = instruction.getTextContent();
    const words = instruction.getArguments().map((argument) => argument.getValue());
    const refuse = (why: string): never => {
      throw new MalformedTemplateError(
        file,
        `${JSON.stringify(line)} cannot be run without a container engine: ${why}.`,
      );
    };
    const expand = (value: string): string =>
      value.replace(/\$(?:\{(\w+)\}|(\w*))/g, (reference: string, braced?: string, bare?: string) => {
        const name = braced ?? bare ?? '';
        return environment[name] ?? buildArguments[name] ?? refuse(`${reference} has no value in this file`);
      });
    const execForm = (): string[] =>
      readExecForm(line) ?? refuse('it must be in exec form, ["program", "argument"]');
    switch (keyword) {
      case 'ARG':
      case 'ENV':
        for (const property of (instruction as PropertyInstruction).getProperties()) {
          const [name, value] = [property.getName(), property.getValue()];
          if (keyword === 'ENV') environment[name] = expand(value ?? refuse(`${name} has no value`));
          else if (value !== null) buildArguments[name] = value;
        }
        break;
      case 'WORKDIR':
        workingDirectory = path.posix.resolve(workingDirectory, expand(words.join(' ')));
        break;
      case 'COPY': {
        const flags = (instruction as Copy).getFlags().map((flag) => flag.getName());
        if (flags.some((flag) => flag !== 'chown' && flag !== 'link') || words[0]?.startsWith('<<'))
          refuse('COPY supports files of the build context, and the flags --chown and --link');
        const sources = (readExecForm(line) ?? words).map(expand);
        const destination = sources.pop() ?? '';
        if (sources.length === 0) refuse('it has no destination');
        const target = path.posix.resolve(workingDirectory, destination);
        const isDirectory = /(^|\/)\.?$/.test(destination) || sources.length > 1;
        for (const source of sources)
          copies.push({
            source,
            destination: isDirectory ? path.posix.join(target, path.posix.basename(source)) : target,
          });
        break;
      }
      case 'ENTRYPOINT':
        entryPoint = execForm();
        break;
      case 'CMD':
        command = execForm();
        break;
      default:
        if (!WITHOUT_EFFECT.has(keyword)) refuse(`${keyword} is not supported`);
    }
  }
  return { workingDirectory, copies, environment, entryPoint, command };
}

/** Returns the JSON array of an instruction; `undefined` in shell form. */
function readExecForm(instruction: string): string[] | undefined {
  const [, json = ''] =
    /^\S+(?:\s+--\S+)*\s+(\[.*)$/s.exec(instruction.replace(/^\s*#.*$/gm, '').replace(/\\\r?\n/g, ' ')) ?? [];
  try {
    const words: unknown = JSON.parse(json);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    return undefined;
  }
}
