import { writeFile } from 'node:fs/promises';
import { localDeployment, stateFile } from '../deployment';
import { expect, test } from '../fixtures';
import { CONTRACT } from './contract';
import { differences } from './differences';
import { type Comparison, parityReport } from './parity-report';
import { check, collectFacts } from './check';

test('the local cloud responds like the deployment', async ({ browser, deployment }, testInfo) => {
  test.setTimeout(300_000);
  const local = await localDeployment(stateFile('local-cloud'), process.env['LOCAL_CLOUD_URL']);
  const here = await collectFacts(local, browser);
  const there = await collectFacts(deployment, browser);
  const comparisons: Comparison[] = [];
  for (const expectation of CONTRACT) {
    const [outcome, other] = await Promise.all([
      check(expectation, local, here),
      check(expectation, deployment, there),
    ]);
    comparisons.push({
      expectation,
      differences:
        outcome && other
          ? differences(
              { response: outcome.response, facts: here },
              { response: other.response, facts: there },
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
