import { finding, rule, type Subject } from '../rule';
import type { Value } from '@spa-on-aws/cloudformation';

const CLIENT = 'AWS::Cognito::UserPoolClient';

export const returnUrls = rule(
  'deployable',
  'return-urls-valid',
  'callback and logout URLs are absolute https URLs without fragment or wildcard, at most 100 each',
  function* ({ template }) {
    for (const client of template.ofType(CLIENT)) {
      for (const name of ['CallbackURLs', 'LogoutURLs']) {
        const urls = client.properties.get(name);
        if (urls.items.length > 100) yield finding(urls, `${urls.items.length} ${name}`, 'Use at most 100.');
        for (const url of urls.items) {
          const problem = urlProblem(url);
          if (problem) {
            yield finding(
              url,
              `${name} of ${client.id}: ${url.text} ${problem}`,
              'Use the exact URL of a page, https://….',
            );
          }
        }
      }
      const preferred = client.properties.get('DefaultRedirectURI');
      const known = client.properties.get('CallbackURLs').items.some((url) => url.text === preferred.text);
      if (preferred.isPresent && !known) {
        yield finding(
          preferred,
          `DefaultRedirectURI ${preferred.text} is not a callback URL`,
          'Add it to CallbackURLs.',
        );
      }
    }
  },
  ['CG-AD-06'],
);

function urlProblem(url: Value): string | undefined {
  const text = url.text;
  if (text.includes('#')) return 'has a fragment';
  if (text.includes('*')) return 'has a wildcard, but Cognito compares URLs exactly';
  // Cognito accepts custom schemes, and http for localhost. Another rule reports localhost.
  const local = /^http:\/\/(?:localhost|127\.0\.0\.1)(?=[:/]|$)/.test(text);
  if (local || /^[a-z][a-z0-9+.-]*:\/\//.test(text)) {
    return text.startsWith('http://') && !local ? 'is plain HTTP' : undefined;
  }
  return 'is not absolute';
}

export const ownSiteOnly = rule(
  'sign-in',
  'return-urls-on-own-site',
  'callback and logout URLs of every client belong to the distribution of the same stack, never to localhost',
  function* ({ template }) {
    const clients = template.ofType(CLIENT);
    if (clients.length === 0) {
      yield finding('Resources', 'there is no client', 'Add a user pool client to the stack.');
    }
    const sites = siteOrigins(template);
    for (const client of clients) {
      const urls = ['CallbackURLs', 'LogoutURLs', 'DefaultRedirectURI'].flatMap(
        (name) => client.properties.get(name).items,
      );
      for (const url of urls) {
        if (sites.some((site) => url.text === site || url.text.startsWith(`${site}/`))) continue;
        const isLocal = /localhost|127\.0\.0\.1|\[::1\]/.test(url.text);
        yield finding(
          url,
          `client ${client.id} redirects to ${url.text}, ${
            isLocal ? 'so any program on that machine could get codes' : 'which is not the site of this stack'
          }`,
          'Use a URL of the distribution of this stack. For development, use another user pool.',
        );
      }
    }
  },
);

function siteOrigins(template: Subject['template']): readonly string[] {
  return template
    .ofType('AWS::CloudFront::Distribution')
    .flatMap((distribution) => [
      `https://\${${distribution.id}.DomainName}`,
      ...distribution.properties
        .get('DistributionConfig', 'Aliases')
        .items.map((alias) => `https://${alias.text}`),
    ]);
}

export const noLaptop = rule(
  'sign-in',
  'no-localhost-references',
  'no property contains localhost or a loopback address',
  function* ({ template }) {
    for (const resource of template.resources) {
      for (const { path, text } of textsOf(resource.properties)) {
        const match = /localhost|\b127(?:\.\d{1,3}){3}\b|\[::1\]/.exec(text);
        // Health checks and the code of CloudFront functions do not run on a developer's machine.
        if (!match || path.includes('.HealthCheck.') || path.endsWith('.FunctionCode')) continue;
        yield {
          path,
          problem: `it contains ${match[0]}`,
          remedy: 'Use a value of a resource of this stack.',
        };
      }
    }
  },
);

function* textsOf(value: Value): Generator<{ path: string; text: string }> {
  if (typeof value.raw === 'string') yield { path: value.path, text: value.raw };
  else if (Array.isArray(value.raw)) for (const item of value.items) yield* textsOf(item);
  else for (const [, inner] of value.entries) yield* textsOf(inner);
}
