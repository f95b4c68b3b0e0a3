import { writeFile } from 'node:fs/promises';
import { localDeployment, stateFile } from '../deployment';
import { expect, test } from '../fixtures';
import { CONTRACT } from './contract';
import { differences } from './differences';
import { type Comparison, parityReport } from './parity-report';
import { discoverWorld, knock } from './world';

test('the local cloud answers as the deployment does', async ({ browser, deployment }, testInfo) => {
  test.setTimeout(300_000);
  const local = await localDeployment(stateFile('local-cloud'), process.env['LOCAL_CLOUD_URL']);
  const here = await discoverWorld(local, browser);
  const there = await discoverWorld(deployment, browser);
  const comparisons: Comparison[] = [];
  for (const expectation of CONTRACT) {
    const [answer, other] = await Promise.all([
      knock(expectation, local, here),
      knock(expectation, deployment, there),
    ]);
    comparisons.push({
      expectation,
      differences:
        answer && other
          ? differences(
              { response: answer.response, world: here },
              { response: other.response, world: there },
            )
          : undefined,
    });
  }
  const report = parityReport(local.siteUrl, deployment.siteUrl, comparisons);
  const file = testInfo.outputPath('parity.md');
  await writeFile(file, report);
  await testInfo.attach('parity.md', { path: file, contentType: 'text/markdown' });
  process.stdout.write(report);
  const differing = comparisons.filter((comparison) => (comparison.differences?.length ?? 0) > 0);
  expect(differing.map(({ expectation }) => `${expectation.rows.join(', ')} ${expectation.name}`)).toEqual(
    [],
  );
});
