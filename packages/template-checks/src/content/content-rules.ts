import { rule, type Findings, type Subject } from '../rule';
import type { TemplateResource } from '@spa-on-aws/cloudformation';

const DEPLOYMENT = 'Custom::CDKBucketDeployment';
const CONFIG = 'config.json';
const ASSETS = 'assets/index-1a2b3c.js';
const HTML = 'index.html';

/** Which keys of a build a deployment has to do with: CDK's handler applies `Exclude` before `Include`. */
function covers(deployment: TemplateResource, key: string): boolean {
  const matching = (name: string) =>
    deployment.properties.get(name).items.some((pattern) => glob(pattern.text).test(key));
  // Rendered data is an object or two of its own, whatever the filters.
  if (deployment.properties.get('SourceMarkers').isPresent) return key === CONFIG;
  return matching('Include') || !matching('Exclude');
}

function glob(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

/** The deployments of content, by what they bring. */
function deploymentsOf({ template }: Subject): {
  readonly all: readonly TemplateResource[];
  readonly of: (key: string) => readonly TemplateResource[];
} {
  const all = template.ofType(DEPLOYMENT);
  return { all, of: (key) => all.filter((deployment) => covers(deployment, key)) };
}

/** Each object has one owner, and nobody removes another's. */
export const oneOwner = rule(
  'site',
  'each-file-has-one-deployment',
  [],
  'page, assets and configuration are each brought by one deployment, and no pruning removes what another brought',
  function* (subject) {
    const { of } = deploymentsOf(subject);
    for (const key of [HTML, ASSETS, CONFIG]) {
      const owners = of(key);
      if (owners.length === 1) continue;
      yield {
        path: owners[1]?.path ?? 'Resources',
        problem: `${key} is brought by ${owners.map((owner) => owner.id).join(' and ') || 'no deployment'}`,
        remedy: 'Let one deployment include it, and the others exclude it: filters hold for pruning too.',
      };
    }
  },
);

/** What the next deployment does to open pages. */
export const openPagesLive = rule(
  'site',
  'assets-immutable-and-retained',
  [],
  'assets stay and are immutable, the page comes after them and after its configuration, is not cached, and the edge is told',
  function* (subject) {
    const { of } = deploymentsOf(subject);
    const assets = of(ASSETS);
    for (const deployment of assets) {
      const prune = deployment.properties.get('Prune');
      if (prune.boolean !== false) {
        yield {
          path: prune.path,
          problem: `${deployment.id} removes assets that open pages still ask for`,
          remedy: 'Set Prune to false.',
        };
      }
      yield* cacheControl(deployment, /\bimmutable\b/, 'public, max-age=31536000, immutable');
    }
    for (const html of of(HTML)) {
      yield* cacheControl(html, /\bno-(?:cache|store)\b/, 'no-cache');
      const awaited = subject.dependencies.of(html.id);
      for (const first of [...assets, ...of(CONFIG)]) {
        if (first.id === html.id || awaited.has(first.id)) continue;
        yield {
          path: `${html.path}.DependsOn`,
          problem: `the page (${html.id}) may be there before ${first.id}`,
          remedy: `Add ${first.id} to DependsOn.`,
        };
      }
      const paths = html.properties.get('DistributionPaths');
      const distribution = html.properties.get('DistributionId');
      if (!distribution.isPresent || !paths.items.some((path) => path.text === '/*')) {
        yield {
          path: paths.path,
          problem: 'the edge is not told of the new page: visitors get the old one for up to a day',
          remedy: 'Invalidate /* of the distribution.',
        };
      }
    }
  },
);

function* cacheControl(deployment: TemplateResource, wanted: RegExp, example: string): Findings {
  const header = deployment.properties.get('SystemMetadata', 'cache-control');
  if (wanted.test(header.text)) return undefined;
  yield {
    path: header.path,
    problem: `${deployment.id} has Cache-Control '${header.text}'`,
    remedy: `Set it to ${example}.`,
  };
}
