/* eslint-disable @nx/enforce-module-boundaries -- the map of the console is not public */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { topologyMap } from '../../packages/local-cloud/src/console/topology-map';
import { readTopology } from '../../packages/local-cloud/src/run/services';
import { loadStacks } from '../../packages/local-cloud/src/run/sources';
import { resolveStacks } from '../../packages/local-cloud/src/run/stacks';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DOCUMENT = path.join(ROOT, 'docs/explanation/architecture.md');

const SHAPES = { bucket: ['[(', ')]'], table: ['[(', ')]'], authorizer: ['{{', '}}'], browser: ['([', '])'] };

/**
 * Draws the map of the console as a flowchart of Mermaid, which GitHub renders.
 *
 * @param {import('../../packages/local-cloud/src/console/topology-map').TopologyMap} map
 */
function flowchart({ nodes, edges }) {
  const lines = nodes.map(({ kind, name, role }, index) => {
    const [open, close] = Object(SHAPES)[kind] ?? ['[', ']'];
    return `  n${index}${open}"<b>${kind}</b> ${escaped(name)}<br/>${escaped(role)}"${close}`;
  });
  // Several methods of an API lead to the same node.
  const arrows = new Set(
    edges.map(({ from, to }) => {
      const source = nodes.findIndex(
        ({ id, parts }) => id === from || parts.some((part) => part.id === from),
      );
      const label =
        nodes[source]?.kind === 'distribution' ? `|"${escaped(titleOf(nodes[source], from))}"|` : '';
      return `  n${source} -->${label} n${nodes.findIndex(({ id }) => id === to)}`;
    }),
  );
  return ['flowchart LR', ...lines, ...arrows].join('\n');
}

/** @param {{ parts: readonly { id: string, title: string }[] } | undefined} node @param {string} part */
const titleOf = (node, part) => node?.parts.find(({ id }) => id === part)?.title ?? '';

/** @param {string} text */
const escaped = (text) => text.replaceAll('"', '#quot;').replaceAll('*', '#42;');

test('the picture of the architecture is the synthesized template (update it with -u)', async () => {
  const stacks = await loadStacks({
    assemblies: [path.join(ROOT, 'libs/infra/cdk.out')],
    templates: [],
    stacks: [],
  });
  const { stack } = resolveStacks(stacks, { region: 'us-east-1', parameters: [] });
  const map = topologyMap(readTopology(stack, stacks), {
    distributions: new Map(),
    restApis: new Map(),
    functionUrls: new Map(),
    signIn: '',
  });
  const picture = `\`\`\`mermaid\n${flowchart(map)}\n\`\`\``;
  const document = readFileSync(DOCUMENT, 'utf8').replace(/```mermaid\n.*?```/s, () => picture);
  await expect(document).toMatchFileSnapshot(DOCUMENT);
});
