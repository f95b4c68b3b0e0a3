import { finding, rule } from '../rule';
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
  'the template has at most 1 MB, 500 resources, 200 parameters and 200 outputs',
  function* ({ template }) {
    const counts: readonly (readonly [section: string, most: number])[] = [
      ['Resources', 500],
      ['Parameters', 200],
      ['Outputs', 200],
    ];
    for (const [section, most] of counts) {
      const found = template.section(section).entries.length;
      if (found > most) {
        yield finding(section, `${found} entries, more than the maximum of ${most}`, 'Split the stack.');
      }
    }
    const bytes = JSON.stringify(template.json).length;
    if (bytes > 1_000_000) {
      yield finding('Resources', `the template has ${bytes} bytes`, 'Use at most 1 MB.');
    }
  },
);
