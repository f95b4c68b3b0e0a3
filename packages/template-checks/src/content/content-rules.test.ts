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
    'a page deployment that deletes the configuration',
    (template) => (html(template).Properties.Exclude = ['assets/*']),
    [OWNER],
    /config\.json is written by/,
  ],
  [
    'two deployments of the assets',
    (template) => delete html(template).Properties.Exclude,
    [LIVE, OWNER],
    /assets\/.* is written by/,
  ],
  [
    'no deployment of the assets',
    (template) => template.remove(template.id(TYPE, ({ Properties }) => Properties.Include)),
    ['references-resolve', OWNER],
  ],
  [
    'assets that the next deployment deletes',
    (template) => (assets(template).Properties.Prune = true),
    [LIVE],
    /deletes assets/,
  ],
  [
    'assets that are not cached',
    (template) => (assets(template).Properties.SystemMetadata = { 'cache-control': 'no-cache' }),
    [LIVE],
  ],
  [
    'a page that browsers cache',
    (template) => (html(template).Properties.SystemMetadata = { 'cache-control': 'max-age=3600' }),
    [LIVE],
  ],
  [
    'a page that is deployed before its assets',
    (template) => {
      for (const resource of Object.values(template.json.Resources))
        withoutDependency(resource, 'ContentAssets');
    },
    [LIVE],
    /may be deployed before ContentAssets/,
  ],
  [
    'a page that is not invalidated',
    (template) => delete html(template).Properties.DistributionPaths,
    [LIVE],
  ],
])('reports %s', async (_, mutate, rules, problem) => {
  const result = await found(mutated((template) => void mutate(template)));
  expect([...result.rules].sort()).toEqual([...rules].sort());
  if (problem) expect(result.problems.join('\n')).toMatch(problem);
});
