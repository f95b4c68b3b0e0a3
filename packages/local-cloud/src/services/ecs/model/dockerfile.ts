import { MalformedTemplateError } from '@spa-on-aws/cloudformation';

/** What of an image's build matters when its process is run without a container engine. */
export interface ImageDefinition {
  /** Absolute path inside the image. */
  readonly workingDirectory: string;
  /** Files from the build context, and where they end up: absolute, inside the image. */
  readonly copies: readonly { readonly source: string; readonly destination: string }[];
  readonly environment: Readonly<Record<string, string>>;
  /** `ENTRYPOINT` and `CMD`, in exec form. */
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
}

const WITHOUT_EFFECT = new Set(['ARG', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'STOPSIGNAL', 'USER']);

/**
 * Reads a Dockerfile that only arranges files: `COPY`, `WORKDIR`, `ENV`, `ENTRYPOINT` and `CMD` in exec form.
 *
 * @param file for messages
 * @throws MalformedTemplateError for an instruction that would have to be executed, such as `RUN`
 */
export function readDockerfile(text: string, file: string): ImageDefinition {
  let workingDirectory = '/';
  let entryPoint: string[] = [];
  let command: string[] = [];
  const copies: { source: string; destination: string }[] = [];
  const environment: Record<string, string> = {};
  const refuse = (line: string, why: string): never => {
    throw new MalformedTemplateError(
      file,
      `${JSON.stringify(line)} cannot be run without a container engine: ${why}.`,
    );
  };

  for (const line of instructions(text)) {
    const [, keyword = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
    switch (keyword.toUpperCase()) {
      case 'WORKDIR':
        workingDirectory = absolute(rest, workingDirectory);
        break;
      case 'COPY': {
        const words = rest.split(/\s+/).filter((word) => !/^--(chown|link)\b/.test(word));
        if (words.some((word) => word.startsWith('--')))
          refuse(line, 'only files of the build context can be copied');
        const destination = words.pop() ?? refuse(line, 'it has no destination');
        for (const source of words)
          copies.push({ source, destination: copyDestination(source, destination, words, workingDirectory) });
        break;
      }
      case 'ENV':
        for (const [, name, quoted, plain] of rest.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g)) {
          environment[name as string] = quoted ?? plain ?? '';
        }
        break;
      case 'ENTRYPOINT':
        entryPoint = execForm(rest) ?? refuse(line, 'it must be in exec form, ["program", "argument"]');
        break;
      case 'CMD':
        command = execForm(rest) ?? refuse(line, 'it must be in exec form, ["program", "argument"]');
        break;
      default:
        if (!WITHOUT_EFFECT.has(keyword.toUpperCase())) refuse(line, `${keyword} would have to be executed`);
    }
  }
  return { workingDirectory, copies, environment, entryPoint, command };
}

function instructions(text: string): string[] {
  return text
    .replace(/^\s*#.*$/gm, '')
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function absolute(path: string, workingDirectory: string): string {
  const joined = path.startsWith('/') ? path : `${workingDirectory}/${path}`;
  return new URL(`file://${joined}`).pathname.replace(/\/+/g, '/');
}

function copyDestination(
  source: string,
  destination: string,
  sources: readonly string[],
  workingDirectory: string,
): string {
  const target = absolute(destination, workingDirectory);
  const isDirectory = destination.endsWith('/') || sources.length > 1 || destination === '.';
  return isDirectory ? `${target.replace(/\/$/, '')}/${source.split('/').at(-1) ?? source}` : target;
}

function execForm(text: string): string[] | undefined {
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    return undefined;
  }
}
