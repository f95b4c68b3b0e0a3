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

/** A PATH on which `cfn-lint` prints something and ends with some code. */
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

test('where cfn-lint is not installed, that is said', () => {
  expect(runCfnLint('template.json', { PATH: temporaryDirectory() })).toEqual({
    state: 'not run',
    why: "it is not on the PATH (install it with 'pip install cfn-lint')",
  });
});

test('its errors are findings, its warnings are counted', () => {
  const printed = [
    match('Error', 'E3012', 'Resources', 'A', 'Properties', 'Ports', 0, 'From'),
    match('Warning', 'W3005', 'Resources', 'B', 'DependsOn', 0),
  ];
  expect(runCfnLint('template.json', pathWith(JSON.stringify(printed), 6))).toEqual({
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

test('what it is known to be wrong about is no finding, but shown with the reason', () => {
  const printed = [
    match('Error', 'E3002', 'Resources', 'A', 'Properties', 'Tags'),
    match('Error', 'E3002', 'Resources', 'A', 'Properties', 'Colour'),
  ];
  const report = runCfnLint('template.json', pathWith(JSON.stringify(printed), 2));
  expect(report).toMatchObject({
    findings: [{ path: 'Resources.A.Properties.Colour' }],
    accepted: [{ path: 'Resources.A.Properties.Tags', because: expect.stringContaining('newer schemas') }],
  });
});

test('a template it has nothing to say about is clean', () => {
  expect(runCfnLint('template.json', pathWith('', 0))).toMatchObject({
    state: 'run',
    findings: [],
    warnings: 0,
  });
});

test.each([
  ['something else than JSON', 'Traceback', 1],
  ['an exit code of its own', '[]', 32],
])('%s is a failure of cfn-lint, not a clean template', (_, printed, exitCode) => {
  expect(runCfnLint('template.json', pathWith(printed, exitCode))).toMatchObject({ state: 'failed' });
});
