import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CAPACITIES } from './backend/capacity';
import { MAX_TASKS, MIN_TASKS } from './backend/task-scaling';
import {
  certificateArnProblem,
  domainNameProblem,
  hostedZoneIdProblem,
  zoneProblem,
} from './edge/domain-name';
import { CLOUDFRONT_REGION, regionProblem } from './edge/region';
import type { SiteDomainProps } from './edge/site-domain';
import { webAclArnProblem } from './edge/web-acl-arn';
import { OptionReader, type Lookup } from './option-reader';
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

/** Every option, by the context value it is read from. All but `stage` may differ from stage to stage. */
export const OPTIONS = [
  'stage',
  'region',
  'domainPrefix',
  'capacity',
  'minTasks',
  'maxTasks',
  'allowExec',
  'domainName',
  'hostedZoneId',
  'hostedZoneName',
  'certificateArn',
  'waf',
  'webAclArn',
  'mfaRequired',
  'alarmEmail',
  'webBuild',
  'apiBuild',
] as const;

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * Reads what the stack is made from: context values, each either as it is or, so that stages may differ, below
 * `stages.{stage}`. What is given as it is, as on a command line, comes first.
 *
 * @param read looks up a context value
 * @param workspaceRoot where relative paths of builds start
 * @throws {InvalidOptions} with everything that is wrong
 */
export function stackPropsFrom(read: Lookup, workspaceRoot: string): SpaOnAwsStackProps {
  const { problems: stageProblems, ...stage } = stageFrom(read);
  // An empty text is what a script passes on that was not given one itself.
  const options = new OptionReader((key) => (read(key) === '' ? undefined : read(key)) ?? stage.options[key]);
  const domainPrefix = options.text('domainPrefix', domainPrefixProblem);
  // The stage's name is part of the default prefix, so it must obey the same rules.
  const prefixProblem = domainPrefix === undefined && domainPrefixProblem(stage.name);
  if (prefixProblem && options.problems.length === 0) options.problems.push(`stage ${prefixProblem}`);

  const region = options.text('region', regionProblem);
  const chosen = {
    region,
    domainPrefix,
    capacity: options.choice('capacity', CAPACITIES),
    ...taskRange(options),
    allowExec: options.flag('allowExec'),
    domain: siteDomain(options, region),
    waf: options.flag('waf'),
    webAclArn: options.text('webAclArn', webAclArnProblem),
    mfaRequired: options.flag('mfaRequired'),
    alarmEmail: options.text('alarmEmail', (email) =>
      EMAIL.test(email) ? undefined : `'${email}' is no e-mail address`,
    ),
  };
  const builds = {
    webBuild: buildDirectory(options, workspaceRoot, {
      option: 'webBuild',
      directory: 'apps/web/dist',
      proof: 'index.html',
      command: 'npx nx build web',
    }),
    apiBuild: buildDirectory(options, workspaceRoot, {
      option: 'apiBuild',
      directory: 'apps/api/dist',
      proof: 'Dockerfile',
      command: 'npx nx build api',
    }),
  };
  const problems = [...stageProblems, ...options.problems];
  if (problems.length > 0) throw new InvalidOptions(problems);
  return { stageName: stage.name, ...builds, ...given(chosen) };
}

interface StageOptions {
  readonly name: string;
  /** What the stage has of its own. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

function stageFrom(read: Lookup): StageOptions {
  const reader = new OptionReader(read);
  const name = reader.text('stage', stageNameProblem) ?? 'dev';
  const stages = read('stages') ?? {};
  const options = isRecord(stages) ? (stages[name] ?? {}) : undefined;
  if (!isRecord(options)) {
    reader.problems.push(
      `stages is ${JSON.stringify(stages)}, not options by stage: {"prod": {"waf": true}}`,
    );
    return { name, options: {}, problems: reader.problems };
  }
  const allowed: readonly string[] = OPTIONS.filter((option) => option !== 'stage');
  for (const key of Object.keys(options)) {
    if (allowed.includes(key)) continue;
    reader.problems.push(`stages.${name}.${key} is no option: there are ${allowed.join(', ')}`);
  }
  return { name, options, problems: reader.problems };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function taskRange(options: OptionReader): Pick<SpaOnAwsStackProps, 'minTasks' | 'maxTasks'> {
  const minTasks = options.count('minTasks');
  const maxTasks = options.count('maxTasks');
  if ((minTasks ?? MIN_TASKS) > (maxTasks ?? MAX_TASKS)) {
    options.problems.push(
      `minTasks ${minTasks ?? MIN_TASKS} is more than maxTasks ${maxTasks ?? MAX_TASKS}: raise maxTasks`,
    );
  }
  return { minTasks, maxTasks };
}

/** A name and its hosted zone belong together, and the certificate is a matter of regions. */
function siteDomain(options: OptionReader, region: string | undefined): SiteDomainProps | undefined {
  const domainName = options.text('domainName', domainNameProblem);
  const hostedZoneId = options.text('hostedZoneId', hostedZoneIdProblem);
  const hostedZoneName = options.text('hostedZoneName', (zone) =>
    domainName === undefined ? undefined : zoneProblem(domainName, zone),
  );
  const certificateArn = options.text('certificateArn', certificateArnProblem);
  if ([domainName, hostedZoneId, hostedZoneName, certificateArn].every((value) => value === undefined)) {
    return undefined;
  }
  if (domainName === undefined || hostedZoneId === undefined || hostedZoneName === undefined) {
    if (options.problems.length === 0) {
      options.problems.push(
        'domainName, hostedZoneId and hostedZoneName go together: give all three or none',
      );
    }
    return undefined;
  }
  if (certificateArn === undefined && region !== CLOUDFRONT_REGION) {
    options.problems.push(
      `domainName '${domainName}' needs a certificate in ${CLOUDFRONT_REGION}: give certificateArn of one, ` +
        `or region=${CLOUDFRONT_REGION} to have the stack there and one made`,
    );
  }
  return { domainName, hostedZoneId, hostedZoneName, ...given({ certificateArn }) };
}

function buildDirectory(options: OptionReader, workspaceRoot: string, build: Build): string {
  const { option, directory, proof, command } = build;
  const path = resolve(workspaceRoot, options.text(option) ?? directory);
  if (!existsSync(join(path, proof))) {
    options.problems.push(
      `${option} ${path} has no ${proof}: run '${command}', or name another directory by -c ${option}=…`,
    );
  }
  return path;
}

/** The properties that have a value. */
function given<Properties extends object>(properties: Properties): Partial<Properties> {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== undefined),
  ) as Partial<Properties>;
}
