import { literalDomainPrefixProblem } from '@spa-on-aws/cloudformation';
import { stageNameProblem } from '@spa-on-aws/infra';
import type { Flag, TextOption } from './command';

/** Which stage; in Nx also a configuration. */
export const stage = {
  type: 'string',
  placeholder: 'name',
  default: 'dev',
  summary: 'which stage; -c dev and -c prod are short for --stage=dev and --stage=prod',
  variable: 'INFRA_STAGE',
  // The name is part of the default domain prefix, too.
  problem: (name) => stageNameProblem(name) ?? literalDomainPrefixProblem(name),
} as const satisfies TextOption;

export const region = {
  type: 'string',
  placeholder: 'region',
  summary: "which region; else AWS_DEFAULT_REGION or the profile's",
  variable: 'AWS_REGION',
  problem: (name) =>
    /^[a-z]{2,}(?:-[a-z]+)+-\d$/.test(name)
      ? undefined
      : `'${name}' is no region: use one such as eu-central-1`,
} as const satisfies TextOption;

export const profile = {
  type: 'string',
  placeholder: 'name',
  summary: 'which profile of your AWS configuration',
  variable: 'AWS_PROFILE',
} as const satisfies TextOption;

export const yes = {
  type: 'boolean',
  summary: 'do not ask',
  variable: 'INFRA_YES',
} as const satisfies Flag;

export const assembly = {
  type: 'string',
  placeholder: 'directory',
  default: 'cdk.out',
  summary: 'the cloud assembly, from libs/infra',
  variable: 'INFRA_ASSEMBLY',
} as const satisfies TextOption;

/** Not for the command itself: Nx hands it on to the synthesis before it, and refuses nothing. */
export const capacity = {
  type: 'string',
  placeholder: 'capacity',
  summary: 'what the API runs on, this time: ec2 or fargate; for good it belongs into libs/infra/cdk.json',
  variable: 'INFRA_CAPACITY',
} as const satisfies TextOption;
