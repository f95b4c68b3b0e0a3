import { rule, type Findings, type Subject } from '../rule';
import type { TemplateResource } from '@spa-on-aws/cloudformation';

/** One pass deploys everything. */
export const onePass = rule(
  'lifecycle',
  'no-circular-dependencies',
  [],
  'no resource needs itself, the distribution never needs a client, and every client knows its site’s name from the start',
  function* (subject) {
    const { template, dependencies } = subject;
    const cycle = dependencies.onCycles;
    if (cycle.length > 0) {
      yield {
        path: `Resources.${cycle[0] ?? ''}`,
        problem: `${cycle.join(', ')} need one another`,
        remedy: 'Let values flow one way: site, sign-in, backend, API, configuration.',
      };
    }
    for (const client of template.ofType('AWS::Cognito::UserPoolClient')) {
      for (const distribution of template.ofType('AWS::CloudFront::Distribution')) {
        if (dependencies.of(distribution.id).has(client.id)) {
          yield {
            path: distribution.path,
            problem: `distribution ${distribution.id} needs client ${client.id}, which needs its name`,
            remedy: 'Tell the site about the client by /config.json.',
          };
        }
      }
    }
  },
);

/** Types whose resources hold what cannot be made again. */
const DATA = [
  'AWS::Cognito::UserPool',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
] as const;

/** A passing stage leaves nothing; one that stays loses nothing. */
export const leavesNothing = rule(
  'lifecycle',
  'deletion-policies-match-protection',
  [],
  'without termination protection the stack takes all it made with it; with it, data stays and resists deletion',
  function* (subject) {
    const { template, stack } = subject;
    for (const resource of template.resources) {
      if (stack.terminationProtection) yield* keptFindings(resource);
      else yield* leftFindings(subject, resource);
    }
    yield {
      note: stack.terminationProtection
        ? 'the stack keeps its data'
        : 'deleting the stack deletes everything',
    };
  },
);

function* leftFindings(subject: Subject, resource: TemplateResource): Findings {
  const policy = resource.entry.get('DeletionPolicy');
  const isData =
    (DATA as readonly string[]).includes(resource.type) || resource.type === 'AWS::Logs::LogGroup';
  if (policy.text.startsWith('Retain') || policy.text === 'Snapshot' || (isData && !policy.isPresent)) {
    yield {
      path: policy.path,
      problem: `${resource.id} stays when the stack goes (DeletionPolicy ${policy.text || 'is missing'})`,
      remedy: 'Set DeletionPolicy to Delete, or protect the stack if it is to last.',
    };
  }
  if (resource.type === 'AWS::S3::Bucket') {
    const emptied = subject.template
      .ofType('Custom::S3AutoDeleteObjects')
      .some(({ properties }) => properties.get('BucketName').is(resource.id));
    if (!emptied) {
      yield {
        path: resource.path,
        problem: `nothing empties bucket ${resource.id}, and a full one cannot be deleted`,
        remedy: 'Set autoDeleteObjects.',
      };
    }
  }
  const protection = resource.properties.get(
    resource.type === 'AWS::Cognito::UserPool' ? 'DeletionProtection' : 'DeletionProtectionEnabled',
  );
  if (protection.text === 'ACTIVE' || protection.boolean === true) {
    yield {
      path: protection.path,
      problem: `${resource.id} resists deletion, and the stack’s would fail`,
      remedy: 'Protect only what the stage is to keep.',
    };
  }
}

function* keptFindings(resource: TemplateResource): Findings {
  if (!(DATA as readonly string[]).includes(resource.type)) return undefined;
  for (const name of ['DeletionPolicy', 'UpdateReplacePolicy']) {
    const policy = resource.entry.get(name);
    if (policy.text.startsWith('Retain')) continue;
    yield {
      path: policy.path,
      problem: `${resource.id} goes with the stack, which is protected for its data (${name} ${policy.text || 'is missing'})`,
      remedy: 'Set it to Retain.',
    };
  }
  const wanted = {
    'AWS::Cognito::UserPool': ['DeletionProtection', 'ACTIVE'],
    'AWS::DynamoDB::Table': ['DeletionProtectionEnabled', 'true'],
  }[resource.type];
  if (!wanted) return undefined;
  const [name = '', value = ''] = wanted;
  const protection = resource.properties.get(name);
  if (protection.literal === value) return undefined;
  yield {
    path: protection.path,
    problem: `${resource.id} can be deleted by one call`,
    remedy: `Set ${name} to ${value}.`,
  };
}

/** Logs do not grow for ever, and no function makes a group nobody owns. */
export const logsExpire = rule(
  'lifecycle',
  'logs-expire',
  [],
  'every log group has a retention, and every function writes to a group of this template',
  function* ({ template }) {
    for (const group of template.ofType('AWS::Logs::LogGroup')) {
      const days = group.properties.get('RetentionInDays');
      if (days.isPresent) continue;
      yield {
        path: days.path,
        problem: `log group ${group.id} never expires`,
        remedy: 'Set RetentionInDays.',
      };
    }
    for (const lambda of template.ofType('AWS::Lambda::Function')) {
      const group = lambda.properties.get('LoggingConfig', 'LogGroup');
      if (template.referred(group, 'AWS::Logs::LogGroup')) continue;
      yield {
        path: group.path,
        problem: `function ${lambda.id} writes to a log group no stack owns, which stays for ever`,
        remedy: 'Set LoggingConfig.LogGroup to one of this template.',
      };
    }
  },
);
