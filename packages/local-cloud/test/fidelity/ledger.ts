import path from 'node:path';
import type { LedgerRow } from './ledger-row';

/** A part of the ledger. */
export interface Section {
  readonly title: string;
  readonly rows: readonly LedgerRow[];
}

const HEAD = `# Fidelity ledger

What CloudFront, API Gateway and Cognito observably do, row by row, and what holds it here. This file is written by its check
(\`npx vitest run test/fidelity -u\` in this directory) from \`test/fidelity\`; the check fails when a row has neither a test nor a
reason, and when a test names a row that is not here.

A source is a page of AWS's documentation (\`cf:\` CloudFront's developer guide, \`apigw:\` API Gateway's, \`cog:\` Cognito's, \`cfn:\`
the CloudFormation reference, \`repost:\` the knowledge centre), answers recorded from AWS (\`LS:\` in LocalStack's tests, \`gh:\` in a
thread), and how sure the row is. Tests marked **≡** are the contract suite, which runs against a deployment too. Nothing here
was run against AWS by this project yet.
`;

const CONTRACT_SUITE = 'apps/web-e2e/';
const OWN = 'packages/local-cloud/';

/** Test files as links from the ledger, short. */
function tests(files: readonly string[]): string {
  return files
    .map((file) => {
      if (file.startsWith(CONTRACT_SUITE))
        return `[≡ ${path.basename(file)}](../../apps/web-e2e/${file.slice(CONTRACT_SUITE.length)})`;
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
  const held = files.length > 0 ? tests(files) : `— ${untested ?? 'no test, no reason'}`;
  return `| ${[id, behavior, held, difference ?? '', source].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** The ledger as Markdown. */
export function ledger(sections: readonly Section[], cited: ReadonlyMap<string, readonly string[]>): string {
  const rows = sections.flatMap((section) => section.rows);
  const held = rows.filter(({ id }) => cited.has(id)).length;
  const contract = rows.filter(({ id }) => cited.get(id)?.some((file) => file.startsWith(CONTRACT_SUITE)));
  return [
    HEAD,
    `${rows.length} rows: ${held} held by tests, ${contract.length} of them by the contract suite; ${rows.length - held} not, with the reason.`,
    '',
    ...sections.flatMap(({ title, rows: ownRows }) => [
      `## ${title}`,
      '',
      '| Row | Behaviour | Held by | Difference here | Source |',
      '| --- | --- | --- | --- | --- |',
      ...ownRows.map((row) => tableRow(row, cited.get(row.id) ?? [])),
      '',
    ]),
  ].join('\n');
}
