import { type CheckedStack, finding, rule } from '../rule';
import { longestLength } from '@spa-on-aws/cloudformation';

export const referencesResolve = rule(
  'deployable',
  'references-resolve',
  'every reference is a resource or parameter of the template',
  function* ({ template }) {
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
          problem: `it refers to ${id}, which is not in the template`,
          remedy: 'Use a resource or parameter of the template.',
        };
      }
    }
    for (const resource of template.resources) {
      for (const id of resource.entry.get('DependsOn').items) {
        if (template.resource(id.text)) continue;
        yield finding(id, `it depends on ${id.text}, which is not in the template`, 'Remove it.');
      }
    }
  },
);

/** Maximum length of names, by type and property. */
const MAX_NAME_LENGTHS: readonly (readonly [type: string, property: readonly string[], longest: number])[] = [
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

export const namesFit = rule(
  'deployable',
  'names-within-limits',
  'every name is within its maximum length in every region',
  function* ({ template }) {
    for (const [type, property, longest] of MAX_NAME_LENGTHS) {
      for (const resource of template.ofType(type)) {
        const name = resource.properties.get(...property);
        const length = name.isPresent ? longestLength(name) : 0;
        if (length <= longest) continue;
        yield finding(
          name,
          `name ${name.text} can have ${length} characters, but the maximum of ${type} is ${longest}`,
          'Shorten it.',
        );
      }
    }
  },
);

const REGION =
  /(?<![a-z0-9-])(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov|-iso[a-z]?)?-(?:north|south|east|west|central)[a-z]*-\d[a-f]?(?![a-z0-9-])/;

export const anywhere = rule(
  'lifecycle',
  'no-hardcoded-region-or-account',
  'no property contains the id of an account, region or availability zone, except the region of the stack',
  function* ({ template, stack }) {
    for (const resource of template.resources) {
      // Certificates of CloudFront are always in us-east-1.
      if (resource.type === 'AWS::CloudFront::Distribution') continue;
      const text = JSON.stringify(resource.properties.raw ?? {});
      const found = REGION.exec(text)?.[0] ?? /(?<![\w-])\d{12}(?![\w-])/.exec(text)?.[0];
      if (found === undefined || found === 'us-east-1' || found === stack.region) continue;
      yield finding(resource, `it contains ${found}`, 'Use AWS::Region, AWS::AccountId and Fn::GetAZs.');
    }
  },
);

export const templateFits = rule(
  'deployable',
  'template-within-limits',
  'each template has at most 1 MB, 500 resources, 200 parameters and 200 outputs',
  function* ({ stack }) {
    const counts: readonly (readonly [section: string, most: number])[] = [
      ['Resources', 500],
      ['Parameters', 200],
      ['Outputs', 200],
    ];
    for (const { path, template } of templatesOf(stack)) {
      for (const [section, most] of counts) {
        const found = template.section(section).entries.length;
        if (found > most) {
          yield finding(
            path ?? section,
            `${found} entries in ${section}, more than the maximum of ${most}`,
            'Split the stack.',
          );
        }
      }
      const bytes = JSON.stringify(template.json).length;
      if (bytes > 1_000_000) {
        yield finding(path ?? 'Resources', `the template has ${bytes} bytes`, 'Use at most 1 MB.');
      }
    }
  },
);

/** The template of a stack and those of its nested stacks, with the paths of the nested stacks. */
function* templatesOf(
  { template, nested }: Pick<CheckedStack, 'template' | 'nested'>,
  path?: string,
): Generator<{ readonly path: string | undefined; readonly template: CheckedStack['template'] }> {
  yield { path, template };
  for (const [id, tree] of nested ?? []) {
    yield* templatesOf(tree, path === undefined ? `Resources.${id}` : `${path}/${id}`);
  }
}

export const nestedStacksRead = rule(
  'deployable',
  'nested-stacks-read',
  'the templates of all nested stacks are on this machine, so the rules check their resources too',
  function* ({ template, deployed }) {
    for (const { id, properties } of template.ofType('AWS::CloudFormation::Stack')) {
      yield finding(
        properties.get('TemplateURL'),
        `nested stack ${id} was not read: its template is not on this machine, and no rule checks its resources`,
        'Download the template, and set TemplateURL to its path, relative to this template. aws cloudformation package ' +
          'uploads it for a deployment. For a CDK app, check the assembly (--assembly cdk.out).',
      );
    }
    for (const { id, properties } of deployed?.template.ofType('AWS::CloudFormation::Stack') ?? []) {
      yield finding(
        properties.get('TemplateURL'),
        `nested stack ${id} of the deployed template was not read, and its API is not compared`,
        'Download the template, and set TemplateURL in the deployed template to its path.',
      );
    }
  },
);
