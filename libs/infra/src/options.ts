import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SpaOnAwsStackProps } from './spa-on-aws-stack';
import { domainPrefixProblem } from './sign-in/domain-prefix';
import { stageNameProblem } from './stage-name';

/** The app was given options it cannot work with; `message` lists all of them, each with its remedy. */
export class InvalidOptions extends Error {
  readonly code = 'ERR_INVALID_OPTIONS';

  constructor(readonly problems: readonly string[]) {
    super(
      ['The infrastructure cannot be synthesized:', ...problems.map((problem) => `  - ${problem}`)].join(
        '\n',
      ),
    );
    this.name = 'InvalidOptions';
  }
}

/** One build the stack is made from. */
interface Build {
  readonly option: string;
  readonly directory: string;
  /** The file by which a build is recognised. */
  readonly proof: string;
  readonly command: string;
}

/**
 * Reads what the stack is made from: context values `stage`, `domainPrefix`, `webBuild` and `apiBuild`.
 *
 * @param read looks up a context value
 * @param workspaceRoot where relative paths of builds start
 * @throws {InvalidOptions} with everything that is wrong
 */
export function stackPropsFrom(read: (key: string) => unknown, workspaceRoot: string): SpaOnAwsStackProps {
  const problems: string[] = [];
  const text = (key: string): string | undefined => {
    const value = read(key);
    if (value === undefined || typeof value === 'string') return value;
    problems.push(`${key} is ${JSON.stringify(value)}, not a text: pass it as -c ${key}=…`);
    return undefined;
  };

  const stageName = text('stage') ?? 'dev';
  const domainPrefix = text('domainPrefix');
  const builds = {
    web: { option: 'webBuild', directory: 'apps/web/dist', proof: 'index.html', command: 'npx nx build web' },
    api: { option: 'apiBuild', directory: 'apps/api/dist', proof: 'Dockerfile', command: 'npx nx build api' },
  };
  const directoryOf = ({ option, directory, proof, command }: Build): string => {
    const path = resolve(workspaceRoot, text(option) ?? directory);
    if (!existsSync(join(path, proof))) {
      problems.push(
        `${option} ${path} has no ${proof}: run '${command}', or name another directory by -c ${option}=…`,
      );
    }
    return path;
  };

  const stageProblem = stageNameProblem(stageName);
  if (stageProblem) problems.push(`stage ${stageProblem}`);
  // The stage's name is part of the default prefix, so it must obey the same rules.
  const prefixProblem = domainPrefixProblem(domainPrefix ?? stageName);
  if (prefixProblem)
    problems.push(`${domainPrefix === undefined ? 'stage' : 'domainPrefix'} ${prefixProblem}`);

  const props = {
    stageName,
    webBuild: directoryOf(builds.web),
    apiBuild: directoryOf(builds.api),
    ...(domainPrefix === undefined ? {} : { domainPrefix }),
  };
  if (problems.length > 0) throw new InvalidOptions(problems);
  return props;
}
