import { finding, rule, type Findings, type Subject } from '../rule';
import { BUCKET_DEPLOYMENT, isDeployed, type TemplateResource } from '@spa-on-aws/cloudformation';

const CONFIG = 'config.json';
const ASSETS = 'assets/index-1a2b3c.js';
const HTML = 'index.html';

function deploymentsOf({ template }: Subject, key: string): readonly TemplateResource[] {
  return template.ofType(BUCKET_DEPLOYMENT).filter(({ properties }) => {
    // Filters do not apply to data that is rendered at deployment.
    if (properties.get('SourceMarkers').isPresent) return key === CONFIG;
    const filters = (name: string) => properties.get(name).items.map(({ text }) => text);
    return isDeployed(key, { exclude: filters('Exclude'), include: filters('Include') });
  });
}

export const oneOwner = rule(
  'site',
  'each-file-has-one-deployment',
  'one deployment each writes the page, the assets and the configuration, and none deletes files of another',
  function* (subject) {
    for (const key of [HTML, ASSETS, CONFIG]) {
      const owners = deploymentsOf(subject, key);
      if (owners.length === 1) continue;
      yield finding(
        owners[1]?.path ?? 'Resources',
        `${key} is written by ${owners.map((owner) => owner.id).join(' and ') || 'no deployment'}`,
        'Include it in one deployment and exclude it from the others. Filters apply to pruning too.',
      );
    }
  },
);

export const openPagesLive = rule(
  'site',
  'assets-immutable-and-retained',
  'assets are immutable and not deleted; the page is deployed after the assets and the configuration, is not cached, and is invalidated',
  function* (subject) {
    const assets = deploymentsOf(subject, ASSETS);
    for (const deployment of assets) {
      const prune = deployment.properties.get('Prune');
      if (prune.boolean !== false) {
        yield finding(
          prune,
          `${deployment.id} deletes assets that open pages may still request`,
          'Set Prune to false.',
        );
      }
      yield* cacheControl(deployment, /\bimmutable\b/, 'public, max-age=31536000, immutable');
    }
    for (const html of deploymentsOf(subject, HTML)) {
      yield* cacheControl(html, /\bno-(?:cache|store)\b/, 'no-cache');
      const awaited = subject.dependencies.of(html.id);
      for (const first of [...assets, ...deploymentsOf(subject, CONFIG)]) {
        if (first.id === html.id || awaited.has(first.id)) continue;
        yield finding(
          `${html.path}.DependsOn`,
          `the page (${html.id}) may be deployed before ${first.id}`,
          `Add ${first.id} to DependsOn.`,
        );
      }
      const paths = html.properties.get('DistributionPaths');
      const distribution = html.properties.get('DistributionId');
      if (!distribution.isPresent || !paths.items.some((path) => path.text === '/*')) {
        yield finding(
          paths,
          'the page is not invalidated: CloudFront would serve the old one for up to a day',
          'Invalidate /* of the distribution.',
        );
      }
    }
  },
);

function* cacheControl(deployment: TemplateResource, wanted: RegExp, example: string): Findings {
  const header = deployment.properties.get('SystemMetadata', 'cache-control');
  if (wanted.test(header.text)) return;
  yield finding(header, `${deployment.id} has Cache-Control '${header.text}'`, `Set it to ${example}.`);
}
