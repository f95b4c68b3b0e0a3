import path from 'node:path';
import type { LedgerRow } from './ledger-row';

/** A part of the ledger. */
export interface Section {
  readonly title: string;
  readonly rows: readonly LedgerRow[];
}

const HEAD = `# Fidelity ledger

Observable behavior of CloudFront, API Gateway, Cognito, Lambda, secrets of containers and nested stacks: one row each, with the tests that
verify it in the local cloud, and known differences. This file is generated from \`test/fidelity\` by \`npx vitest run test/fidelity -u\` in this directory. The check fails if
a row has neither a test nor a reason for having none, or if a test cites a row that does not exist.

The source of a row is a page of the AWS documentation (\`cf:\` CloudFront Developer Guide, \`apigw:\` API Gateway Developer Guide,
\`cog:\` Cognito Developer Guide, \`lambda:\` Lambda Developer Guide, \`ecs:\` ECS Developer Guide, \`cfn:\` CloudFormation Template Reference, \`iam:\` IAM User Guide, \`repost:\` AWS re:Post Knowledge Center) or a recorded response of AWS (\`LS:\` LocalStack's tests,
\`gh:\` a GitHub thread), followed by the confidence in it. Tests marked **≡** are the contract suite, which can also run against a
deployment. This project has not run it against AWS yet.
`;

const CONTRACT_SUITE = /^(?:apps\/web-e2e|packages\/local-cloud\/contract)\//;
const OWN = 'packages/local-cloud/';

/** Formats test files as links. */
function tests(files: readonly string[]): string {
  return files
    .map((file) => {
      if (CONTRACT_SUITE.test(file)) return `[≡ ${path.basename(file)}](../../${file})`;
      return file.startsWith(OWN)
        ? `[${file.slice(OWN.length).replace(/^src\//, '')}](${file.slice(OWN.length)})`
        : `[${path.basename(file)}](../../${file})`;
    })
    .join(', ');
}

function tableRow(
  { id, behavior, source, difference, untested }: LedgerRow,
  files: readonly string[],
): string {
  const testedBy = files.length > 0 ? tests(files) : `— ${untested ?? 'no test, no reason'}`;
  return `| ${[id, behavior, testedBy, difference ?? '', source].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Formats the ledger as Markdown. */
export function ledger(sections: readonly Section[], cited: ReadonlyMap<string, readonly string[]>): string {
  const rows = sections.flatMap((section) => section.rows);
  const tested = rows.filter(({ id }) => cited.has(id)).length;
  const contract = rows.filter(({ id }) => cited.get(id)?.some((file) => CONTRACT_SUITE.test(file)));
  return [
    HEAD,
    `${rows.length} rows: ${tested} have tests, ${contract.length} of them in the contract suite; ${rows.length - tested} have a reason for having none.`,
    '',
    ...sections.flatMap(({ title, rows: ownRows }) => [
      `## ${title}`,
      '',
      '| Row | Behavior | Tests | Difference | Source |',
      '| --- | --- | --- | --- | --- |',
      ...ownRows.map((row) => tableRow(row, cited.get(row.id) ?? [])),
      '',
    ]),
  ].join('\n');
}
