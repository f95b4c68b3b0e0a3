import { writeFile } from 'node:fs/promises';
import { localDeployment, stateFile } from '../deployment';
import { expect, test } from '../fixtures';
import { CONTRACT } from './contract';
import { differences } from './differences';
import { discoverWorld, knock } from './world';

test('the local cloud answers as the deployment does', async ({ browser, deployment }, testInfo) => {
  test.setTimeout(300_000);
  const local = await localDeployment(stateFile('local-cloud'), process.env['LOCAL_CLOUD_URL']);
  const here = await discoverWorld(local, browser);
  const there = await discoverWorld(deployment, browser);
  const lines: string[] = [];
  const differing: string[] = [];
  for (const expectation of CONTRACT) {
    const [response, other] = await Promise.all([
      knock(expectation, local, here),
      knock(expectation, deployment, there),
    ]);
    const compared = response !== undefined && other !== undefined;
    const found = compared ? differences({ response, world: here }, { response: other, world: there }) : [];
    if (found.length > 0)
      differing.push(`${expectation.rows.join(', ')} ${expectation.name}: ${found.join('; ')}`);
    const verdict = compared ? found.join('<br>') || 'same' : 'not compared: one of them has no such door';
    lines.push(
      `| ${[expectation.rows.join(' '), expectation.name, verdict].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
    );
  }
  const report = [
    `# ${local.siteUrl} / ${deployment.siteUrl}`,
    '',
    `${CONTRACT.length} requests, ${differing.length} answered differently: status, headers, shape of the body.`,
    '',
    '| Rows | Request | Here / there |',
    '| --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
  const file = testInfo.outputPath('parity.md');
  await writeFile(file, report);
  await testInfo.attach('parity.md', { path: file, contentType: 'text/markdown' });
  process.stdout.write(report);
  expect(differing).toEqual([]);
});
