import { expect, test } from 'vitest';
import { smallTemplate } from '../../test/assembly';
import { optionsFor, start } from '../../test/running';

type Template = ReturnType<typeof smallTemplate>;

/** A template with two distributions and two REST APIs. */
function withSecondSite(): Template {
  const template = smallTemplate();
  const { Site, Api, Stage, Deployment } = template.Resources;
  const site = JSON.parse(JSON.stringify(Site)) as Template['Resources'][string];
  Object.assign(site.Properties?.['DistributionConfig'] as object, { DefaultRootObject: 'config.json' });
  const statement = (
    template.Resources['FilesPolicy']?.Properties?.['PolicyDocument'] as {
      Statement: Record<string, object>[];
    }
  ).Statement[0];
  const condition = statement?.['Condition'] as { StringEquals: Record<string, unknown> };
  condition.StringEquals['AWS:SourceArn'] = ['Site', 'Second'].map((id) => ({
    'Fn::Sub': `arn:aws:cloudfront::\${AWS::AccountId}:distribution/\${${id}}`,
  }));
  const other = (resource: Template['Resources'][string] | undefined): Template['Resources'][string] =>
    JSON.parse(
      JSON.stringify(resource)
        .replaceAll('"Api"', '"OtherApi"')
        .replaceAll('"Deployment"', '"OtherDeployment"'),
    ) as Template['Resources'][string];
  Object.assign(template.Resources, {
    Second: site,
    OtherApi: Api,
    OtherDeployment: other(Deployment),
    OtherStage: other(Stage),
    OtherMethod: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'OtherApi' },
        ResourceId: { 'Fn::GetAtt': ['OtherApi', 'RootResourceId'] },
        HttpMethod: 'GET',
        AuthorizationType: 'NONE',
        Integration: {
          Type: 'MOCK',
          RequestTemplates: { 'application/json': '{"statusCode": 204}' },
          IntegrationResponses: [{ StatusCode: '204' }],
        },
        MethodResponses: [{ StatusCode: '204' }],
      },
    },
  });
  return template;
}

test('a second distribution and a second REST API get their own ports', async () => {
  const { state, furtherUrls } = await start(await optionsFor(withSecondSite()));
  const second = furtherUrls.get('Second') ?? '';
  expect(second).toMatch(/^http:\/\/localhost:\d+$/);
  expect(second).not.toBe(state.url);
  expect(await (await fetch(`${state.url}/`)).text()).toContain('<title>small</title>');
  expect(await (await fetch(`${second}/`)).json()).toEqual({ issuer: state.issuer });
  expect((await fetch(`${furtherUrls.get('OtherApi') ?? ''}/`)).status).toBe(204);
  expect((await fetch(`${state.apiEndpoint}/api/a`)).status).toBe(200);
});

test('without a distribution its port responds with a message, and sign-in runs', async () => {
  const resources = Object.entries(smallTemplate().Resources).filter(
    ([, { Type }]) => /S3|Cognito::UserPool$/.test(Type) && !Type.endsWith('Policy'),
  );
  const { state } = await start(await optionsFor({ Resources: Object.fromEntries(resources) }));
  expect(state.apiEndpoint).toBe('');
  expect(await (await fetch(state.url)).text()).toContain('The templates have no CloudFront distribution');
  expect((await fetch(`${state.issuer}/.well-known/jwks.json`)).status).toBe(200);
});

test('an unknown property of a type that controls no access is ignored with a warning, or refused with strict', async () => {
  const template = smallTemplate();
  Object.assign(template.Resources['Files'] ?? {}, { Properties: { Color: 'red' } });
  const { warnings } = await start(await optionsFor(template));
  expect(warnings).toEqual(['Files (AWS::S3::Bucket) Color: unknown, ignored']);
  await expect(start(await optionsFor(template, { strict: true }))).rejects.toThrowError(
    'Files (AWS::S3::Bucket) Color: not supported by the local cloud. Check the spelling, or remove it.',
  );
});
