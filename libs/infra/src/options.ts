import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { CAPACITIES } from './backend/api-task';
import { MAX_TASKS, MIN_TASKS } from './backend/backend';
import {
  CLOUDFRONT_REGION,
  certificateArnProblem,
  domainNameProblem,
  hostedZoneIdProblem,
  hostedZoneNameProblem,
  type SiteDomainProps,
} from './edge/site-domain';
import { domainPrefixProblem } from './sign-in/sign-in';
import type { SpaOnAwsStackProps } from './spa-on-aws-stack';

/** Reports invalid options. The message lists all problems, each with its fix. */
export class InvalidOptions extends Error {
  readonly code = 'ERR_INVALID_OPTIONS';

  constructor(readonly problems: readonly string[]) {
    super(['Invalid options:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.name = 'InvalidOptions';
  }
}

const STAGE_NAME = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;
const WEB_ACL_ARN = new RegExp(
  `^arn:aws[a-z-]*:wafv2:${CLOUDFRONT_REGION}:\\d{12}:global/webacl/[\\w-]+/[\\w-]+$`,
);

const string = z.string(fix('a string')).optional();
// Values of the command line are strings.
const flag = z
  .literal([true, false, 'true', 'false'], fix('true or false'))
  .transform((value) => String(value) === 'true')
  .optional();
const wholeNumber = fix('a whole number of at least 1');
const count = z
  .union([z.int(), z.string().regex(/^\d+$/).transform(Number)], wholeNumber)
  .pipe(z.int(wholeNumber).min(1, wholeNumber))
  .optional();

const STAGE = z.object({
  stage: matching(STAGE_NAME, '1 to 20 lower-case letters, digits and inner hyphens, starting with a letter'),
});

/** Options that every stage can set. */
export const STAGE_OPTIONS = z.object({
  region: matching(REGION, 'a region such as eu-central-1'),
  domainPrefix: checked(domainPrefixProblem),
  capacity: z.enum(CAPACITIES, fix(CAPACITIES.join(' or '))).optional(),
  minTasks: count,
  maxTasks: count,
  allowExec: flag,
  domainName: checked(domainNameProblem),
  hostedZoneId: checked(hostedZoneIdProblem),
  hostedZoneName: string,
  certificateArn: checked(certificateArnProblem),
  waf: flag,
  webAclArn: matching(
    WEB_ACL_ARN,
    `the ARN of a web ACL for CloudFront, such as arn:aws:wafv2:${CLOUDFRONT_REGION}:111122223333:global/webacl/{name}/{id}`,
  ),
  mfaRequired: flag,
  alarmEmail: z.email(fix('an email address')).optional(),
  webBuild: string,
  apiBuild: string,
});

type StageOptions = z.infer<typeof STAGE_OPTIONS>;

/**
 * Reads the stack's properties from context values. A value of the command line takes precedence over the stage's value
 * in `stages.{stage}` of `cdk.json`.
 *
 * @param read returns a context value
 * @param workspaceRoot base directory for relative paths of builds
 * @throws {InvalidOptions} with all problems
 */
export function stackPropsFrom(read: (key: string) => unknown, workspaceRoot: string): SpaOnAwsStackProps {
  const problems: string[] = [];
  const { stage = 'dev' } = parse(STAGE, { stage: read('stage') }, problems);
  const stageOptions = optionsInCdkJson(read('stages'), stage, problems);
  const values = Object.fromEntries(
    Object.keys(STAGE_OPTIONS.shape).map((key) => {
      const value = read(key);
      // Scripts pass an empty string for an option that is not set.
      return [key, (value === '' ? undefined : value) ?? stageOptions[key]];
    }),
  );
  const { domainName, hostedZoneId, hostedZoneName, certificateArn, ...options } = parse(
    STAGE_OPTIONS,
    values,
    problems,
  );

  // The stage's name is part of the default domain prefix.
  const prefixProblem = values['domainPrefix'] === undefined && domainPrefixProblem(stage);
  if (prefixProblem) problems.push(`stage ${prefixProblem}`);
  const { minTasks = MIN_TASKS, maxTasks = MAX_TASKS } = options;
  if (minTasks > maxTasks) {
    problems.push(`minTasks ${minTasks} is greater than maxTasks ${maxTasks}: increase maxTasks`);
  }
  const domain = siteDomain(
    { domainName, hostedZoneId, hostedZoneName, certificateArn },
    options.region,
    problems,
  );
  const buildDirectory = (option: 'webBuild' | 'apiBuild', project: string, file: string): string => {
    const path = resolve(workspaceRoot, options[option] ?? `apps/${project}/dist`);
    if (!existsSync(join(path, file))) {
      problems.push(
        `${option} ${path} does not contain ${file}: run 'npx nx build ${project}', or pass another directory as -c ${option}=…`,
      );
    }
    return path;
  };
  const webBuild = buildDirectory('webBuild', 'web', 'index.html');
  const apiBuild = buildDirectory('apiBuild', 'api', 'Dockerfile');

  if (problems.length > 0) throw new InvalidOptions(problems);
  return { ...options, ...(domain ? { domain } : {}), stageName: stage, webBuild, apiBuild };
}

/** Returns the valid values, and adds a problem for each invalid one. */
function parse<Schema extends z.ZodObject>(
  schema: Schema,
  values: Readonly<Record<string, unknown>>,
  problems: string[],
): z.infer<Schema> {
  const issues = schema.safeParse(values).error?.issues ?? [];
  problems.push(...issues.map(({ path, message }) => `${String(path[0])} ${message}`));
  const invalid = issues.map(({ path }) => path[0]);
  return schema.parse(
    Object.fromEntries(
      Object.entries(values).filter(([key, value]) => value !== undefined && !invalid.includes(key)),
    ),
  );
}

/** Returns the options of a stage in the context value `stages`. */
function optionsInCdkJson(stages: unknown, stage: string, problems: string[]): Record<string, unknown> {
  const schema = z.looseObject({ [stage]: z.record(z.string(), z.unknown()).default({}) });
  const { data } = schema.safeParse(stages ?? {});
  if (data === undefined) {
    problems.push(
      `stages is ${JSON.stringify(stages)}: use an object with options by stage, such as {"prod": {"waf": true}}`,
    );
    return {};
  }
  const options = data[stage] as Record<string, unknown>;
  const allowed = Object.keys(STAGE_OPTIONS.shape);
  for (const key of Object.keys(options).filter((key) => !allowed.includes(key))) {
    problems.push(`stages.${stage}.${key} is not an option: use one of ${allowed.join(', ')}`);
  }
  return options;
}

/** Returns the custom domain, if there is one. It needs a hosted zone, and a certificate in CloudFront's region. */
function siteDomain(
  options: Pick<StageOptions, 'domainName' | 'hostedZoneId' | 'hostedZoneName' | 'certificateArn'>,
  region: string | undefined,
  problems: string[],
): SiteDomainProps | undefined {
  const { domainName, hostedZoneId, hostedZoneName, certificateArn } = options;
  if (Object.values(options).every((value) => value === undefined)) return undefined;
  if (domainName === undefined || hostedZoneId === undefined || hostedZoneName === undefined) {
    // An invalid value counts as missing, and its problem is reported already.
    if (problems.length === 0) {
      problems.push('domainName, hostedZoneId and hostedZoneName belong together: set all three or none');
    }
    return undefined;
  }
  const zoneProblem = hostedZoneNameProblem(hostedZoneName, domainName);
  if (zoneProblem) {
    problems.push(`hostedZoneName ${zoneProblem}`);
  } else if (certificateArn === undefined && region !== CLOUDFRONT_REGION) {
    problems.push(
      `domainName '${domainName}' needs a certificate in ${CLOUDFRONT_REGION}: set certificateArn, ` +
        `or deploy the stack to that region with region=${CLOUDFRONT_REGION}, which creates a certificate`,
    );
  }
  return { domainName, hostedZoneId, hostedZoneName, ...(certificateArn ? { certificateArn } : {}) };
}

/** Returns a schema of an optional string. `problemOf` returns the problem of a value, or undefined if it is valid. */
function checked(problemOf: (value: string) => string | undefined) {
  return z
    .string(fix('a string'))
    .superRefine((value, context) => {
      const problem = problemOf(value);
      if (problem !== undefined) context.addIssue(problem);
    })
    .optional();
}

/** Returns a schema of an optional string that matches a pattern. */
function matching(pattern: RegExp, description: string) {
  return z.string(fix(description)).regex(pattern, fix(description)).optional();
}

/** Error message of a schema: the invalid value and how to fix it. */
function fix(description: string) {
  return { error: ({ input }: { input?: unknown }) => `is ${JSON.stringify(input)}: use ${description}` };
}
