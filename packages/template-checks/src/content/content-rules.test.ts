import { expect, test } from 'vitest';
import { found, mutated, type MutableResource, type MutableTemplate } from '../../test/fixtures';

const OWNER = 'each-file-has-one-deployment';
const LIVE = 'assets-immutable-and-retained';
const TYPE = 'Custom::CDKBucketDeployment';

const assets = (template: MutableTemplate) => template.the(TYPE, ({ Properties }) => Properties.Include);
const html = (template: MutableTemplate) =>
  template.the(TYPE, ({ Properties }) => Properties.DistributionPaths);
const withoutDependency = (resource: MutableResource, on: string) => {
  resource.DependsOn = resource.DependsOn?.filter((id) => !id.startsWith(on)) ?? [];
};

test.each<
  [what: string, mutate: (template: MutableTemplate) => void, rules: readonly string[], problem?: RegExp]
>([
  [
    'a page’s deployment that removes the configuration',
    (template) => (html(template).Properties.Exclude = ['assets/*']),
    [OWNER],
    /config\.json is brought by/,
  ],
  [
    'two deployments of the assets',
    (template) => delete html(template).Properties.Exclude,
    [LIVE, OWNER],
    /assets\/.* is brought by/,
  ],
  [
    'no deployment of the assets',
    (template) => template.remove(template.id(TYPE, ({ Properties }) => Properties.Include)),
    ['references-resolve', OWNER],
  ],
  [
    'assets that go with the next deployment',
    (template) => (assets(template).Properties.Prune = true),
    [LIVE],
    /removes assets/,
  ],
  [
    'assets that are asked for every time',
    (template) => (assets(template).Properties.SystemMetadata = { 'cache-control': 'no-cache' }),
    [LIVE],
  ],
  [
    'a page that browsers keep',
    (template) => (html(template).Properties.SystemMetadata = { 'cache-control': 'max-age=3600' }),
    [LIVE],
  ],
  [
    'a page before its assets',
    (template) => {
      for (const resource of Object.values(template.json.Resources))
        withoutDependency(resource, 'ContentAssets');
    },
    [LIVE],
    /may be there before ContentAssets/,
  ],
  ['an edge that is not told', (template) => delete html(template).Properties.DistributionPaths, [LIVE]],
])('%s', (_, mutate, rules, problem) => {
  const result = found(mutated((template) => void mutate(template)));
  expect([...result.rules].sort()).toEqual([...rules].sort());
  if (problem) expect(result.problems.join('\n')).toMatch(problem);
});
