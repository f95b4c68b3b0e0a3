import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCfnLint } from './cfn-lint';

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cfn-lint-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** Makes a PATH with a `cfn-lint` that prints a text and exits with a code. */
function pathWith(printed: string, exitCode: number): Record<string, string> {
  const directory = temporaryDirectory();
  const program = join(directory, 'cfn-lint');
  writeFileSync(join(directory, 'printed'), printed);
  writeFileSync(
    program,
    `#!${process.execPath}
const asked = process.argv.slice(2);
if (asked[0] === '--version') console.log('cfn-lint 1.2.3');
else {
  process.stdout.write(require('node:fs').readFileSync(${JSON.stringify(join(directory, 'printed'))}));
  process.exitCode = ${exitCode};
}
`,
  );
  chmodSync(program, 0o755);
  return { PATH: directory };
}

const match = (Level: string, Id: string, ...Path: (string | number)[]) => ({
  Level,
  Message: 'what is wrong',
  Location: { Path },
  Rule: { Id },
});

test('reports that cfn-lint is not installed', () => {
  expect(runCfnLint(['template.json'], { PATH: temporaryDirectory() })).toEqual({
    state: 'not run',
    why: "it is not on the PATH (install it with 'pip install cfn-lint')",
  });
});

test('returns errors as findings and counts warnings', () => {
  const printed = [
    match('Error', 'E3012', 'Resources', 'A', 'Properties', 'Ports', 0, 'From'),
    match('Warning', 'W3005', 'Resources', 'B', 'DependsOn', 0),
  ];
  expect(runCfnLint(['template.json'], pathWith(JSON.stringify(printed), 6))).toEqual({
    state: 'run',
    version: '1.2.3',
    findings: [
      {
        path: 'Resources.A.Properties.Ports[0].From',
        problem: 'E3012: what is wrong',
        remedy: "Run 'cfn-lint --info' for an explanation of E3012.",
      },
    ],
    warnings: 1,
    accepted: [],
  });
});

test('accepts errors in which cfn-lint is known to be wrong, with the reason', () => {
  const printed = [
    match('Error', 'E3002', 'Resources', 'A', 'Properties', 'Tags'),
    match('Error', 'E3002', 'Resources', 'A', 'Properties', 'Colour'),
  ];
  const report = runCfnLint(['template.json'], pathWith(JSON.stringify(printed), 2));
  expect(report).toMatchObject({
    findings: [{ path: 'Resources.A.Properties.Colour' }],
    accepted: [{ path: 'Resources.A.Properties.Tags', because: expect.stringContaining('newer schemas') }],
  });
});

test('returns no findings for empty output', () => {
  expect(runCfnLint(['template.json'], pathWith('', 0))).toMatchObject({
    state: 'run',
    findings: [],
    warnings: 0,
  });
});

test.each([
  ['output that is not JSON', 'Traceback', 1],
  ['an unknown exit code', '[]', 32],
])('%s is a failure of cfn-lint', (_, printed, exitCode) => {
  expect(runCfnLint(['template.json'], pathWith(printed, exitCode))).toMatchObject({ state: 'failed' });
});
