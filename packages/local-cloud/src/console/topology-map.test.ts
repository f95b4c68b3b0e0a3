import { expect, test } from 'vitest';
import { SAMPLE_URLS, sampleTopology } from '../../test/console-sample';
import { BROWSER, topologyMap } from './topology-map';

const map = topologyMap(sampleTopology(), SAMPLE_URLS);
const node = (id: string) => map.nodes.find((one) => one.id === id);

test('topologyMap has a node with a role for every service on the request path', () => {
  expect(map.nodes.map(({ kind }) => kind)).toEqual([
    'browser',
    'distribution',
    'user-pool',
    'api',
    'bucket',
    'authorizer',
    'load-balancer',
    'container',
    'table',
  ]);
  expect(map.nodes.every(({ role }) => role.length > 10)).toBe(true);
});

test('topologyMap has arrows from the browser to the table, through the authorizer', () => {
  const arrows = map.edges.map(({ from, to }) => `${from} → ${to}`);
  expect(new Set(arrows)).toEqual(
    new Set([
      `${BROWSER} → distribution:Site`,
      'behavior:Site:/api/* → api:Api',
      'behavior:Site:* → bucket:Files',
      `${BROWSER} → user-pool:Pool`,
      'method:Api:ANY /api/{proxy+} → authorizer:people',
      'authorizer:people → load-balancer:Balancer',
      'load-balancer:Balancer → container:Service',
      'container:Service → table:Counts',
    ]),
  );
});

const DISABLED = [['cache', 'Managed-CachingDisabled']];

test('topologyMap shows behaviors and methods as parts of their nodes', () => {
  expect(node('distribution:Site')?.parts).toEqual([
    {
      id: 'behavior:Site:/api/*',
      title: '/api/*',
      facts: ['never cached', 'read-only methods'],
      policies: [...DISABLED, ['forwards', 'Managed-AllViewerExceptHostHeader']],
    },
    {
      id: 'behavior:Site:*',
      title: 'everything else',
      facts: ['never cached', 'read-only methods'],
      policies: DISABLED,
    },
  ]);
  expect(node('api:Api')?.parts).toEqual([
    {
      id: 'method:Api:ANY /api/{proxy+}',
      title: 'ANY /api/{proxy+}',
      facts: ['requires an access token with things/read'],
      policies: [],
    },
  ]);
});

test('topologyMap has local URLs', () => {
  expect(map.nodes.map(({ url }) => url).filter((url) => url !== '')).toEqual([
    'http://localhost:4300',
    'http://localhost:4301',
    'http://localhost:4302/live',
  ]);
});
