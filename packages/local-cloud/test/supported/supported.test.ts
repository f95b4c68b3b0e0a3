import path from 'node:path';
import { expect, test } from 'vitest';
import { RESOURCE_TYPES } from '../../src/run/services';
import { RESTRICTIONS } from '../../src/run/without';
import { coverageOf, schemasByType } from './schemas';

const HEAD = `# Supported resources

What the local cloud does with each property of a template. This file is generated from the schemas with which it reads templates, by
\`npx vitest run test/supported -u\` in this directory; the check fails when it is out of date. [FIDELITY.md](FIDELITY.md) says how
close the behavior is to AWS, and \`local-cloud inspect\` says it of your template.

- **Runs**: the property has its effect. Where only some values run, they are in parentheses; others, and values that only AWS has a
  service for (caches, some triggers), stop the start by name.
- **No effect**: accepted, and does not change how requests are handled here.
- **Refused**: all other properties stop the start by name, with a remedy. Unknown ones of types that cannot open access cause a warning.
- **Other types** of resources are not on the path of requests: they are skipped.
`;

/** Parts of templates that run when a local server replaces them; each has a test that starts with the flag that its message names. */
const STAND_INS = [
  [
    'an origin of a distribution outside of the templates',
    '`--stand-in https://origin.example.com=http://localhost:8080`',
  ],
  ['an HTTP integration of a REST API', '`--stand-in http://vm.example.com:8080=http://localhost:8080`'],
  [
    'an integration with an AWS service other than DynamoDB and S3',
    '`--stand-in https://sqs.eu-west-1.amazonaws.com=http://localhost:9324`',
  ],
  [
    'a Lambda function of another language, in an image, or without its code on this machine',
    '`--stand-in Function=http://localhost:9000`',
  ],
  ['a Lambda function outside of the templates', '`--stand-in function-name=http://localhost:9000`'],
  ['an ECS service whose image is not in the cloud assembly', '`--stand-in Service=http://localhost:8080`'],
];

const cell = (names: readonly string[]): string =>
  names
    .map((name) => `\`${name}\``)
    .join(', ')
    .replaceAll('|', '\\|') || '—';

test('SUPPORTED.md lists what the schemas say', async () => {
  const schemas = await schemasByType();
  const rows = [...schemas]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([type, all]) => {
      const coverages = all.map(coverageOf);
      const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();
      const runs = unique(coverages.flatMap(({ runs: names }) => names));
      return `| ${type} | ${cell(runs)} | ${cell(unique(coverages.flatMap(({ withoutEffect }) => withoutEffect)))} |`;
    });
  const named = Object.keys(RESOURCE_TYPES)
    .filter((type) => !schemas.has(type))
    .sort();
  const left = [
    ...new Set(
      RESTRICTIONS.map(({ feature, holder, type }) => `| ${feature} | ${holder} | ${type ?? holder} |`),
    ),
  ];
  const document = [
    HEAD,
    '## Properties',
    '',
    '| Type | Runs | No effect |',
    '| --- | --- | --- |',
    ...rows,
    '',
    `Read only when a start needs their content, or for \`Ref\` and \`Fn::GetAtt\`: ${named.join(', ')}.`,
    '',
    '## Stand-ins',
    '',
    '| Instead of | A local server, by |',
    '| --- | --- |',
    ...STAND_INS.map((row) => `| ${row.join(' | ')} |`),
    '',
    '## Left out by `--without`',
    '',
    'Features that only ever refuse requests, let in more users, or answer from a cache. `--without` takes the logical id of the resource, or a type.',
    '',
    '| Feature | Resource | Type |',
    '| --- | --- | --- |',
    ...left,
    '',
  ].join('\n');
  expect(rows.length).toBeGreaterThan(30);
  await expect(document).toMatchFileSnapshot(path.join(import.meta.dirname, '../../SUPPORTED.md'));
});
