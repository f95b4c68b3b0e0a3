import { expect, test } from 'vitest';
import { SAMPLE_URLS, sampleTopology } from '../../test/console-sample';
import { BROWSER, topologyMap } from './topology-map';

const map = topologyMap(sampleTopology(), SAMPLE_URLS);
const node = (id: string) => map.nodes.find((one) => one.id === id);

test('every service that a request can meet is a node, with what it is for', () => {
  expect(map.nodes.map(({ kind }) => kind)).toEqual([
    'browser',
    'distribution',
    'user-pool',
    'bucket',
    'api',
    'authorizer',
    'load-balancer',
    'container',
    'table',
  ]);
  expect(map.nodes.every(({ role }) => role.length > 10)).toBe(true);
});

test('ways lead from the browser to the table, through the authorizer', () => {
  const ways = map.edges.map(({ from, to }) => `${from} → ${to}`);
  expect(ways).toEqual([
    `${BROWSER} → distribution:Site`,
    'behavior:Site:/api/* → api:Api',
    'behavior:Site:* → bucket:Files',
    `${BROWSER} → user-pool:Pool`,
    'method:Api:ANY /api/{proxy+} → authorizer:people',
    'authorizer:people → load-balancer:Balancer',
    'load-balancer:Balancer → container:Service',
    'container:Service → table:Counts',
  ]);
});

const DISABLED = [['cache', 'Managed-CachingDisabled']];

test('behaviors and methods are parts of their nodes, with the facts that matter', () => {
  expect(node('distribution:Site')?.parts).toEqual([
    {
      id: 'behavior:Site:/api/*',
      title: '/api/*',
      facts: ['never cached', 'only reads'],
      policies: [...DISABLED, ['passes on', 'Managed-AllViewerExceptHostHeader']],
    },
    {
      id: 'behavior:Site:*',
      title: 'everything else',
      facts: ['never cached', 'only reads'],
      policies: DISABLED,
    },
  ]);
  expect(node('api:Api')?.parts).toEqual([
    {
      id: 'method:Api:ANY /api/{proxy+}',
      title: 'ANY /api/{proxy+}',
      facts: ['takes an access token with things/read'],
      policies: [],
    },
  ]);
});

test('nodes that can be opened have their local address', () => {
  expect(map.nodes.map(({ url }) => url).filter((url) => url !== '')).toEqual([
    'http://localhost:4300',
    'http://localhost:4301',
    'http://localhost:4302/live',
  ]);
});
