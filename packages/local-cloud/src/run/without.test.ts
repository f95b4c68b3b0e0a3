import { expect, test } from 'vitest';
import { smallTemplate } from '../../test/assembly';
import { optionsFor, start } from '../../test/running';
import { describeStart } from '../cli/describe-start';
import { inspect } from '../cli/inspect';

type Template = ReturnType<typeof smallTemplate>;

/** A template with everything that only refuses requests. */
function guarded(): Template {
  const template = smallTemplate();
  const config = template.Resources['Site']?.Properties?.['DistributionConfig'] as Record<string, object> & {
    CacheBehaviors: object[];
  };
  Object.assign(config, {
    WebACLId: { 'Fn::GetAtt': ['Firewall', 'Arn'] },
    Restrictions: { GeoRestriction: { RestrictionType: 'whitelist', Locations: ['DE'] } },
  });
  Object.assign(config['DefaultCacheBehavior'] ?? {}, { TrustedKeyGroups: [{ Ref: 'Signers' }] });
  Object.assign(config.CacheBehaviors[0] ?? {}, { TrustedKeyGroups: [{ Ref: 'Signers' }] });
  Object.assign(template.Resources['Pool']?.Properties ?? {}, {
    UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
  });
  Object.assign(template.Resources, {
    Firewall: { Type: 'AWS::WAFv2::WebACL', Properties: { Scope: 'CLOUDFRONT' } },
    Signers: { Type: 'AWS::CloudFront::KeyGroup', Properties: { KeyGroupConfig: { Name: 'x', Items: [] } } },
    Association: {
      Type: 'AWS::WAFv2::WebACLAssociation',
      Properties: { ResourceArn: 'arn:x', WebACLArn: { 'Fn::GetAtt': ['Firewall', 'Arn'] } },
    },
  });
  return template;
}

test('--without leaves out what only refuses requests, and each request says so', async () => {
  const options = await optionsFor(guarded(), { without: ['Site', 'AWS::WAFv2::WebACLAssociation', 'Pool'] });
  const cloud = await start(options);
  expect((await fetch(`${cloud.state.url}/`)).status).toBe(200);
  expect((await fetch(`${cloud.state.url}/api/a`)).status).toBe(200);
  const features = [
    'threat protection of Pool',
    'web ACL of Site',
    'geographic restriction of Site',
    'signed URLs of Site',
    'web ACL of Association',
  ];
  expect(cloud.leftOut).toEqual(features);
  expect(cloud.requests.map(({ switches }) => switches)).toEqual([
    features.map((feature) => `without ${feature}`),
    features.map((feature) => `without ${feature}`),
  ]);
  expect(describeStart(cloud, 1, options)).toContain(
    'Left out by --without; AWS may answer differently:\n    threat protection of Pool\n',
  );
});

test('nothing is left out by default; the refusal names the flag, and inspect lists it', async () => {
  const options = await optionsFor(guarded(), { without: ['Pool'] });
  await expect(start(options)).rejects.toThrowError(
    /DistributionConfig\.WebACLId: .* Run without it: --without Site\n.*GeoRestriction: .* --without Site\n.*TrustedKeyGroups: /,
  );
  const { flags, verdict } = await inspect(options);
  expect(flags).toEqual(['--without Site', '--without Association']);
  expect(verdict).toBe('needs-values');
  expect((await inspect({ ...options, without: ['Pool', 'Site', 'Association'] })).verdict).toBe('runs');
});

test('--without takes the type of the restriction, and leaves others in place', async () => {
  const options = await optionsFor(guarded(), { without: ['Pool', 'AWS::WAFv2::WebACL'] });
  const { problems } = await inspect(options);
  expect(problems.join('\n')).not.toContain('web ACL');
  expect(problems).toHaveLength(3);
});

test('--without leaves out identity providers other than the pool itself (CG-IP-01)', async () => {
  const template = smallTemplate();
  Object.assign(template.Resources['Client']?.Properties ?? {}, {
    SupportedIdentityProviders: ['COGNITO', { Ref: 'Google' }, 'Facebook'],
  });
  Object.assign(template.Resources, {
    Google: {
      Type: 'AWS::Cognito::UserPoolIdentityProvider',
      Properties: {
        ProviderName: 'Google',
        ProviderType: 'Google',
        ProviderDetails: {},
        UserPoolId: { Ref: 'Pool' },
      },
    },
  });
  const { flags, verdict } = await inspect(await optionsFor(template));
  expect([verdict, flags]).toEqual(['needs-values', ['--without Client']]);
  for (const name of ['Client', 'AWS::Cognito::UserPoolIdentityProvider']) {
    const cloud = await start(await optionsFor(template, { without: [name] }));
    expect(cloud.leftOut).toEqual(['other identity providers of Client']);
  }
});

test.each([
  ['a stage', 'Stage', { CacheClusterEnabled: 'true', MethodSettings: [{ CachingEnabled: true }] }],
  [
    'the stage of a deployment',
    'Deployment',
    { StageName: 'more', StageDescription: { CacheClusterEnabled: true, CacheTtlInSeconds: 60 } },
  ],
])(
  '--without leaves out the cache of %s, so that responses are fresh (AG-CA-01)',
  async (_, id, properties) => {
    const template = smallTemplate();
    Object.assign(template.Resources[id]?.Properties ?? {}, properties);
    const { flags, verdict } = await inspect(await optionsFor(template));
    expect([verdict, flags]).toEqual(['needs-values', [`--without ${id}`]]);
    const cloud = await start(await optionsFor(template, { without: [id] }));
    expect(cloud.leftOut).toEqual([`cache of ${id}`]);
    const timeOf = async () =>
      (await fetch(`${cloud.state.apiEndpoint}/api/a`)).headers.get('x-amzn-requestid');
    expect(await timeOf()).not.toBe(await timeOf());
  },
);

test.each(['Files', 'Gone', 'AWS::S3::Bucket'])(
  '--without %s is an error: there is nothing to leave out',
  async (name) => {
    await expect(start(await optionsFor(guarded(), { without: [name] }))).rejects.toThrowError(
      `--without ${name}: there is nothing to leave out.`,
    );
  },
);
