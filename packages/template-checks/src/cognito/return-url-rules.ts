import { rule, type Subject } from '../rule';
import type { Value } from '@spa-on-aws/cloudformation';

const CLIENT = 'AWS::Cognito::UserPoolClient';

/** Sign-in returns to URLs Cognito takes. */
export const returnUrls = rule(
  'deployable',
  'return-urls-valid',
  ['CG-AD-06'],
  'callback and logout URLs are absolute, https, without fragment or wildcard, and at most 100 of a kind',
  function* ({ template }) {
    for (const client of template.ofType(CLIENT)) {
      for (const name of ['CallbackURLs', 'LogoutURLs']) {
        const urls = client.properties.get(name);
        if (urls.items.length > 100) {
          yield { path: urls.path, problem: `${urls.items.length} ${name}`, remedy: 'Register 100 at most.' };
        }
        for (const url of urls.items) {
          const problem = urlProblem(url);
          if (problem) {
            yield {
              path: url.path,
              problem: `${name} of ${client.id}: ${url.text} ${problem}`,
              remedy: 'Register the exact URL of a page of the site, https://….',
            };
          }
        }
      }
      const preferred = client.properties.get('DefaultRedirectURI');
      const known = client.properties.get('CallbackURLs').items.some((url) => url.text === preferred.text);
      if (preferred.isPresent && !known) {
        yield {
          path: preferred.path,
          problem: `DefaultRedirectURI ${preferred.text} is none of the callback URLs`,
          remedy: 'Add it to CallbackURLs.',
        };
      }
    }
  },
);

function urlProblem(url: Value): string | undefined {
  const text = url.text;
  if (text.includes('#')) return 'has a fragment';
  if (text.includes('*')) return 'has a wildcard, and Cognito compares URLs exactly';
  // A scheme of an app's own, and http for localhost, are Cognito's to take and not ours to register.
  const local = /^http:\/\/(?:localhost|127\.0\.0\.1)(?=[:/]|$)/.test(text);
  if (local || /^[a-z][a-z0-9+.-]*:\/\//.test(text)) {
    return text.startsWith('http://') && !local ? 'is plain HTTP' : undefined;
  }
  return 'is not absolute';
}

/** A deployed client returns to its own site and to nobody's laptop. */
export const ownSiteOnly = rule(
  'sign-in',
  'return-urls-on-own-site',
  [],
  'every client returns to the distribution of its own stack, and to no laptop',
  function* ({ template }) {
    const clients = template.ofType(CLIENT);
    if (clients.length === 0) {
      yield {
        path: 'Resources',
        problem: 'there is no client',
        remedy: 'Give the site a client of its own.',
      };
    }
    const sites = siteOrigins(template);
    for (const client of clients) {
      const urls = ['CallbackURLs', 'LogoutURLs', 'DefaultRedirectURI'].flatMap(
        (name) => client.properties.get(name).items,
      );
      for (const url of urls) {
        if (sites.some((site) => url.text === site || url.text.startsWith(`${site}/`))) continue;
        const laptop = /localhost|127\.0\.0\.1|\[::1\]/.test(url.text);
        yield {
          path: url.path,
          problem: `client ${client.id} returns to ${url.text}, ${
            laptop ? 'a laptop: codes would go to whatever runs there' : 'not to the site of this stack'
          }`,
          remedy: 'Return to the distribution of this stack; development has a pool of its own.',
        };
      }
    }
  },
);

/** The origins pages of this stack are served from: its distributions' names. */
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

/** Nothing of the template mentions a developer's machine. */
export const noLaptop = rule(
  'sign-in',
  'no-localhost-references',
  [],
  'no property of any resource names localhost or a loopback address',
  function* ({ template }) {
    for (const resource of template.resources) {
      for (const { path, text } of textsOf(resource.properties)) {
        const match = /localhost|\b127(?:\.\d{1,3}){3}\b|\[::1\]/.exec(text);
        // A CloudFront function's code and a health check run where they are, not on a laptop.
        if (!match || path.includes('.HealthCheck.') || path.endsWith('.FunctionCode')) continue;
        yield {
          path,
          problem: `it names ${match[0]}`,
          remedy: 'Take the value from a resource of this stack; a laptop has the local cloud.',
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
