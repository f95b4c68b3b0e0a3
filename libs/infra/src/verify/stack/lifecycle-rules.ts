import { rule, type Findings, type Subject } from '../rule';
import { longestLength } from '../template/longest-text';
import type { Resource } from '../template/template';
import { Value } from '../template/value';

/** One pass deploys everything. */
export const onePass = rule(
  'lifecycle',
  ['P1', 'B7'],
  'one-pass',
  'no resource needs itself, the distribution never needs a client, and every client knows its site’s name from the start',
  function* (subject): Findings {
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
    return undefined;
  },
);

/** What is referred to is there. */
export const referencesResolve = rule(
  'deployable',
  ['CFN'],
  'references-resolve',
  'every reference names a resource or parameter of the template',
  function* ({ template }): Findings {
    const known = new Set([
      ...template.resources.map((resource) => resource.id),
      ...template.section('Parameters').entries.map(([name]) => name),
    ]);
    const places = [
      ...template.resources.map((resource) => ({ path: resource.path, value: resource.properties })),
      ...template.section('Outputs').entries.map(([, value]) => ({ path: value.path, value })),
    ];
    for (const { path, value } of places) {
      for (const id of value.mentions) {
        if (known.has(id) || id.startsWith('AWS::')) continue;
        yield {
          path,
          problem: `it refers to ${id}, which is not there`,
          remedy: 'Name something of the template.',
        };
      }
    }
    for (const resource of template.resources) {
      for (const id of resource.entry.get('DependsOn').items) {
        if (template.resource(id.text)) continue;
        yield { path: id.path, problem: `it waits for ${id.text}, which is not there`, remedy: 'Remove it.' };
      }
    }
    return undefined;
  },
);

/** How long names of a type may be, in characters, and where they are. */
const LONGEST_NAMES: readonly (readonly [type: string, property: readonly string[], longest: number])[] = [
  ['AWS::CloudFront::Function', ['Name'], 64],
  ['AWS::CloudFront::OriginAccessControl', ['OriginAccessControlConfig', 'Name'], 64],
  ['AWS::CloudFront::ResponseHeadersPolicy', ['ResponseHeadersPolicyConfig', 'Name'], 128],
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', ['Name'], 32],
  ['AWS::ElasticLoadBalancingV2::TargetGroup', ['Name'], 32],
  ['AWS::ApiGatewayV2::VpcLink', ['Name'], 128],
  ['AWS::ApiGateway::Authorizer', ['Name'], 128],
  ['AWS::Cognito::UserPool', ['UserPoolName'], 128],
  ['AWS::Cognito::UserPoolClient', ['ClientName'], 128],
  ['AWS::S3::Bucket', ['BucketName'], 63],
  ['AWS::IAM::Role', ['RoleName'], 64],
  ['AWS::CloudWatch::Alarm', ['AlarmName'], 255],
];

/** Names fit where they go, in the region with the longest name. */
export const namesFit = rule(
  'deployable',
  ['CFN'],
  'names-fit',
  'every name the template gives is short enough, in whichever region',
  function* ({ template }): Findings {
    for (const [type, property, longest] of LONGEST_NAMES) {
      for (const resource of template.ofType(type)) {
        const name = resource.properties.get(...property);
        const length = name.isPresent ? longestLength(name) : 0;
        if (length <= longest) continue;
        yield {
          path: name.path,
          problem: `name ${name.text} can become ${length} characters long, and ${type} takes ${longest}`,
          remedy: 'Shorten it.',
        };
      }
    }
    return undefined;
  },
);

const REGION =
  /(?<![a-z0-9-])(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov|-iso[a-z]?)?-(?:north|south|east|west|central)[a-z]*-\d[a-f]?(?![a-z0-9-])/;

/** The template goes to any account and region. */
export const anywhere = rule(
  'lifecycle',
  ['B11'],
  'anywhere',
  'no account, region or zone but the stack’s own is written into a property',
  function* ({ template, stack }): Findings {
    for (const resource of template.resources) {
      // CloudFront's certificate is in one region of the world.
      if (resource.type === 'AWS::CloudFront::Distribution') continue;
      const text = JSON.stringify(resource.properties.raw ?? {});
      const found = REGION.exec(text)?.[0] ?? /(?<![\w-])\d{12}(?![\w-])/.exec(text)?.[0];
      if (found === undefined || found === 'us-east-1' || found === stack.region) continue;
      yield {
        path: resource.path,
        problem: `it names ${found}`,
        remedy: 'Use AWS::Region, AWS::AccountId and Fn::GetAZs.',
      };
    }
    return undefined;
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
  ['B14', 'P24'],
  'leaves-nothing',
  'without termination protection the stack takes all it made with it; with it, data stays and resists deletion',
  function* (subject): Findings {
    const { template, stack } = subject;
    for (const resource of template.resources) {
      if (stack.terminationProtection) yield* keptFindings(resource);
      else yield* leftFindings(subject, resource);
    }
    return {
      note: stack.terminationProtection ? 'this stage keeps its data' : 'this stage leaves nothing behind',
    };
  },
);

function* leftFindings(subject: Subject, resource: Resource): Findings {
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
  return undefined;
}

function* keptFindings(resource: Resource): Findings {
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
  return undefined;
}

/** Logs do not grow for ever, and no function makes a group nobody owns. */
export const logsExpire = rule(
  'lifecycle',
  ['P24'],
  'logs-expire',
  'every log group has a retention, and every function writes to a group of this template',
  function* ({ template }): Findings {
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
    return undefined;
  },
);

/** The stack can be made at all: template size and number of resources. */
export const templateFits = rule(
  'deployable',
  ['CFN'],
  'template-fits',
  'the template is at most 1 MB with at most 500 resources, 200 parameters and 200 outputs',
  function* ({ template }): Findings {
    const counts: readonly (readonly [section: string, most: number])[] = [
      ['Resources', 500],
      ['Parameters', 200],
      ['Outputs', 200],
    ];
    for (const [section, most] of counts) {
      const found = template.section(section).entries.length;
      if (found > most) {
        yield {
          path: section,
          problem: `${found} entries, and CloudFormation takes ${most}`,
          remedy: 'Split the stack.',
        };
      }
    }
    const bytes = new Value(template.json, '').isPresent ? JSON.stringify(template.json).length : 0;
    if (bytes > 1_000_000) {
      yield { path: 'Resources', problem: `the template has ${bytes} bytes`, remedy: 'Keep it within 1 MB.' };
    }
    return undefined;
  },
);
