import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { literalDomainPrefixProblem, supportsVpcLink } from '@spa-on-aws/cloudformation';
import { z } from 'zod';
import { ROLLOUTS } from './backend/api-service';
import { CAPACITIES } from './backend/api-task';
import { MAX_TASKS, MIN_TASKS } from './backend/backend';
import { CLOUDFRONT_REGION } from './edge/site-domain';
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
const WEB_ACL_ARN = new RegExp(
  `^arn:aws[a-z-]*:wafv2:${CLOUDFRONT_REGION}:\\d{12}:global/webacl/[\\w-]+/[\\w-]+$`,
);
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN_NAME = new RegExp(`^(?=.{4,253}$)${LABEL}(?:\\.${LABEL})+$`);
const CERTIFICATE_ARN = new RegExp(`^arn:aws[a-z-]*:acm:${CLOUDFRONT_REGION}:\\d{12}:certificate/[\\w-]+$`);
const ZONE_ID = /^[a-z]+\d-az\d+$/;
const GROUP_NAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;

const string = z.string(fix('a string'));
// Values of the command line are strings.
const flag = z
  .literal([true, false, 'true', 'false'], fix('true or false'))
  .transform((value) => String(value) === 'true');
const wholeNumber = fix('a whole number of at least 1');
const count = z
  .union([z.int(), z.string().regex(/^\d+$/).transform(Number)], wholeNumber)
  .pipe(z.int(wholeNumber).min(1, wholeNumber));
const groups = list(matching(GROUP_NAME, 'a group name of 1 to 128 characters without spaces'));
const zoneId = 'the id of a zone that supports VPC links, such as euw3-az1';
const zones = list(
  matching(ZONE_ID, zoneId).refine((id) => supportsVpcLink(id) !== false, fix(zoneId)),
).refine((ids) => new Set(ids).size === 2 && ids.length === 2, fix('two different zones'));

/** Options of a stage. */
export const STAGE_OPTIONS = z
  .strictObject(
    {
      region: matching(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region such as eu-central-1'),
      domainPrefix: string,
      groups,
      mfaRequired: flag,
      capacity: z.enum([...CAPACITIES, 'lambda'], fix([...CAPACITIES, 'lambda'].join(' or '))),
      minTasks: count,
      maxTasks: count,
      allowExec: flag,
      zones,
      provisionedConcurrency: count,
      rollout: z.enum(ROLLOUTS, fix(ROLLOUTS.join(' or '))),
      domainName: matching(DOMAIN_NAME, 'a domain name such as app.example.com'),
      hostedZoneId: matching(
        /^Z[A-Z0-9]{3,31}$/,
        "the id of a zone in 'aws route53 list-hosted-zones', without '/hostedzone/'",
      ),
      hostedZoneName: matching(DOMAIN_NAME, 'a domain name such as example.com'),
      certificateArn: matching(
        CERTIFICATE_ARN,
        `the ARN of a certificate for CloudFront, such as arn:aws:acm:${CLOUDFRONT_REGION}:111122223333:certificate/…`,
      ),
      waf: flag,
      closeApiEndpoint: flag,
      webAclArn: matching(
        WEB_ACL_ARN,
        `the ARN of a web ACL for CloudFront, such as arn:aws:wafv2:${CLOUDFRONT_REGION}:111122223333:global/webacl/{name}/{id}`,
      ),
      alarmEmail: z.email(fix('an email address')),
      webBuild: string,
      apiBuild: string,
    },
    fix('an object with options'),
  )
  .partial();

const CONTEXT = STAGE_OPTIONS.extend({
  stage: matching(
    STAGE_NAME,
    '1 to 20 lower-case letters, digits and inner hyphens, starting with a letter',
  ).default('dev'),
  stages: z
    .record(
      z.string(),
      STAGE_OPTIONS,
      fix('an object with options by stage, such as {"prod": {"waf": true}}'),
    )
    .default({}),
});

/** Options of the selected stage: the command line takes precedence over `stages.{stage}` in `cdk.json`. */
const SELECTED_OPTIONS = CONTEXT.transform(({ stage, stages, ...commandLine }) => ({
  webBuild: 'apps/web/dist',
  apiBuild: 'apps/api/dist',
  ...stages[stage],
  ...commandLine,
  stage,
}));
type SelectedOptions = z.infer<typeof SELECTED_OPTIONS>;

/**
 * Reads the stack's properties from context values.
 *
 * @param read returns a context value
 * @param workspaceRoot base directory for relative paths of builds
 * @throws {InvalidOptions} with all invalid values, or with all contradictions between valid values
 */
export function stackPropsFrom(read: (key: string) => unknown, workspaceRoot: string): SpaOnAwsStackProps {
  const context = Object.keys(CONTEXT.shape)
    .map((key) => [key, read(key)] as const)
    // Scripts pass an empty string for an option that is not set.
    .filter(([key, value]) => value !== undefined && (value !== '' || key === 'stage'));
  const { data, error } = SELECTED_OPTIONS.safeParse(Object.fromEntries(context));
  if (error)
    throw new InvalidOptions(error.issues.map(({ path, message }) => `${path.join('.')} ${message}`));

  const { stage, domainName, hostedZoneId, hostedZoneName, certificateArn, ...options } = data;
  const domain =
    domainName && hostedZoneId && hostedZoneName
      ? { domainName, hostedZoneId, hostedZoneName, certificateArn }
      : undefined;
  const webBuild = resolve(workspaceRoot, options.webBuild);
  const apiBuild = resolve(workspaceRoot, options.apiBuild);
  const problems = [
    ...stageProblems(data),
    ...domainProblems(data),
    ...buildProblems('web', webBuild, 'index.html'),
    ...buildProblems('api', apiBuild, options.capacity === 'lambda' ? 'lambda/index.js' : 'Dockerfile'),
  ];
  if (problems.length > 0) throw new InvalidOptions(problems);
  return { ...options, domain, stageName: stage, webBuild, apiBuild };
}

function stageProblems(options: SelectedOptions): string[] {
  const { stage, domainPrefix, capacity = 'ec2', minTasks = MIN_TASKS, maxTasks = MAX_TASKS } = options;
  const problems: string[] = [];
  // The stage's name is part of the default domain prefix.
  const prefixProblem = literalDomainPrefixProblem(domainPrefix ?? stage);
  if (prefixProblem)
    problems.push(`${domainPrefix === undefined ? 'stage' : 'domainPrefix'} ${prefixProblem}`);
  const others =
    capacity === 'lambda'
      ? (['minTasks', 'maxTasks', 'allowExec', 'zones'] as const)
      : (['provisionedConcurrency'] as const);
  for (const option of others) {
    if (options[option]) problems.push(`${option} has no effect with capacity ${capacity}: remove it`);
  }
  if (minTasks > maxTasks) {
    problems.push(`minTasks ${minTasks} is greater than maxTasks ${maxTasks}: increase maxTasks`);
  }
  return problems;
}

function domainProblems(options: SelectedOptions): string[] {
  const { domainName, hostedZoneId, hostedZoneName, certificateArn, region } = options;
  if (!domainName && !hostedZoneId && !hostedZoneName && !certificateArn) return [];
  if (!domainName || !hostedZoneId || !hostedZoneName) {
    return ['domainName, hostedZoneId and hostedZoneName belong together: set all three or none'];
  }
  const problems: string[] = [];
  if (!`.${domainName}`.endsWith(`.${hostedZoneName}`)) {
    problems.push(
      `hostedZoneName ${hostedZoneName} does not contain ${domainName}: use the zone of the domain name`,
    );
  }
  if (certificateArn === undefined && region !== CLOUDFRONT_REGION) {
    problems.push(
      `certificateArn is not set, but CloudFront needs a certificate in ${CLOUDFRONT_REGION}: set it, or deploy the stack to ${CLOUDFRONT_REGION}, which creates one`,
    );
  }
  return problems;
}

function buildProblems(project: 'web' | 'api', build: string, file: string): string[] {
  if (existsSync(join(build, file))) return [];
  return [
    `${project}Build ${build} does not contain ${file}: run 'npx nx build ${project}', or pass another directory as -c ${project}Build=…`,
  ];
}

/** Returns a schema of a list. On the command line, commas separate its items. */
function list<Item extends z.ZodType>(item: Item) {
  return z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',') : value),
    z.array(item, fix('a list of names')),
  );
}

/** Returns a schema of a string that matches a pattern. */
function matching(pattern: RegExp, description: string) {
  return z.string(fix(description)).regex(pattern, fix(description));
}

/** Error message of a schema: the invalid value, or the unknown options, and how to fix it. */
function fix(description: string) {
  return {
    error: ({ input, keys }: { input?: unknown; keys?: readonly string[] }): string =>
      keys
        ? `has unknown options ${keys.join(', ')}: use ${Object.keys(STAGE_OPTIONS.shape).join(', ')}`
        : `is ${JSON.stringify(input)}: use ${description}`,
  };
}
