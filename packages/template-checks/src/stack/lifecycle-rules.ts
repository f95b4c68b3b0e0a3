import { finding, rule, type Findings, type Subject } from '../rule';
import type { TemplateResource } from '@spa-on-aws/cloudformation';

export const onePass = rule(
  'lifecycle',
  'no-circular-dependencies',
  'there is no circular dependency, and no distribution depends on a user pool client',
  function* (subject) {
    const { template, dependencies } = subject;
    const cycle = dependencies.onCycles;
    if (cycle.length > 0) {
      yield finding(
        `Resources.${cycle[0] ?? ''}`,
        `${cycle.join(', ')} depend on each other`,
        'Pass values in one direction: site, sign-in, backend, API, configuration.',
      );
    }
    for (const client of template.ofType('AWS::Cognito::UserPoolClient')) {
      for (const distribution of template.ofType('AWS::CloudFront::Distribution')) {
        if (dependencies.of(distribution.id).has(client.id)) {
          yield finding(
            distribution,
            `distribution ${distribution.id} depends on client ${client.id}, which needs its domain name`,
            'Pass the client to the site in /config.json.',
          );
        }
      }
    }
  },
);

/** Types whose resources contain data. */
const DATA = [
  'AWS::Cognito::UserPool',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
] as const;

export const leavesNothing = rule(
  'lifecycle',
  'deletion-policies-match-protection',
  'without termination protection, deleting the stack deletes everything; with it, data is retained and protected from deletion',
  function* (subject) {
    const { template, stack } = subject;
    for (const resource of template.resources) {
      if (stack.terminationProtection) yield* unprotectedFindings(resource);
      else yield* retainedFindings(subject, resource);
    }
    yield {
      note: stack.terminationProtection
        ? 'the stack keeps its data'
        : 'deleting the stack deletes everything',
    };
  },
);

function* retainedFindings(subject: Subject, resource: TemplateResource): Findings {
  const policy = resource.entry.get('DeletionPolicy');
  const isData =
    (DATA as readonly string[]).includes(resource.type) || resource.type === 'AWS::Logs::LogGroup';
  if (policy.text.startsWith('Retain') || policy.text === 'Snapshot' || (isData && !policy.isPresent)) {
    yield finding(
      policy,
      `${resource.id} remains after the stack is deleted (DeletionPolicy ${policy.text || 'is missing'})`,
      'Set DeletionPolicy to Delete, or turn on termination protection to keep the data.',
    );
  }
  if (resource.type === 'AWS::S3::Bucket') {
    const emptied = subject.template
      .ofType('Custom::S3AutoDeleteObjects')
      .some(({ properties }) => properties.get('BucketName').is(resource.id));
    if (!emptied) {
      yield finding(
        resource,
        `bucket ${resource.id} is not emptied, so its deletion fails`,
        'Set autoDeleteObjects.',
      );
    }
  }
  const protection = resource.properties.get(
    resource.type === 'AWS::Cognito::UserPool' ? 'DeletionProtection' : 'DeletionProtectionEnabled',
  );
  if (protection.text === 'ACTIVE' || protection.boolean === true) {
    yield finding(
      protection,
      `${resource.id} has deletion protection, so deleting the stack fails`,
      'Turn deletion protection off, or turn on termination protection of the stack.',
    );
  }
}

function* unprotectedFindings(resource: TemplateResource): Findings {
  if (!(DATA as readonly string[]).includes(resource.type)) return;
  for (const name of ['DeletionPolicy', 'UpdateReplacePolicy']) {
    const policy = resource.entry.get(name);
    if (policy.text.startsWith('Retain')) continue;
    yield finding(
      policy,
      `deleting the stack deletes the data of ${resource.id} (${name} ${policy.text || 'is missing'})`,
      'Set it to Retain.',
    );
  }
  const wanted = {
    'AWS::Cognito::UserPool': ['DeletionProtection', 'ACTIVE'],
    'AWS::DynamoDB::Table': ['DeletionProtectionEnabled', 'true'],
  }[resource.type];
  if (!wanted) return;
  const [name = '', value = ''] = wanted;
  const protection = resource.properties.get(name);
  if (protection.literal === value) return;
  yield finding(protection, `${resource.id} has no deletion protection`, `Set ${name} to ${value}.`);
}

export const logsExpire = rule(
  'lifecycle',
  'logs-expire',
  'every log group has a retention, and every Lambda function writes to a log group of the template',
  function* ({ template }) {
    for (const group of template.ofType('AWS::Logs::LogGroup')) {
      const days = group.properties.get('RetentionInDays');
      if (days.isPresent) continue;
      yield finding(days, `log group ${group.id} never expires`, 'Set RetentionInDays.');
    }
    for (const lambda of template.ofType('AWS::Lambda::Function')) {
      const group = lambda.properties.get('LoggingConfig', 'LogGroup');
      if (template.referred(group, 'AWS::Logs::LogGroup')) continue;
      yield finding(
        group,
        `function ${lambda.id} writes to a log group outside of the template, which is never deleted`,
        'Set LoggingConfig.LogGroup to a log group of this template.',
      );
    }
  },
);
