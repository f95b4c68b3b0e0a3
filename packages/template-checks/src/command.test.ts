import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { operated } from '@spa-on-aws/nx';
import { projectWith } from '@spa-on-aws/nx';
import { temporaryDirectory } from '@spa-on-aws/infra';

const NOWHERE = { url: 'http://127.0.0.1:9' };
const WITHOUT_PROGRAMS = { PATH: '' };

/** Runs `verify` on an assembly, after a change of its template. */
async function verified(options = '', change: (template: string) => string = (template) => template) {
  const directory = projectWith('dev');
  const file = join(directory, 'cdk.out/spa-on-aws-dev.template.json');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  return operated(NOWHERE, `verify ${options}`.trim(), { directory, env: WITHOUT_PROGRAMS });
}

const withoutScope = (template: string) => {
  const json = JSON.parse(template) as { Resources: Record<string, { Type: string; Properties: object }> };
  for (const { Type, Properties } of Object.values(json.Resources)) {
    if (Type === 'AWS::ApiGateway::Method') Object.assign(Properties, { AuthorizationScopes: [] });
  }
  return JSON.stringify(json);
};

test('what is proved is said, with the authorized road, and that cfn-lint was not there', async () => {
  const { exitCode, text } = await verified();
  expect(exitCode).toBe(0);
  expect(text).toContain('✔ B2+P25/only-road  nobody gets from the internet to a container’s port but');
  expect(text).toMatch(/internet\n\s+→ REST API [^]*→ port 8080 of container 'api'/);
  expect(text).toContain('- CFN/global-resources  there is no certificate and no web ACL');
  expect(text).toContain("- cfn-lint was not run: it is not on the PATH ('pip install cfn-lint' brings it)");
  expect(text).toMatch(/\n\d+ rules proved on spa-on-aws-dev, nothing found\.$/);
});

test('what is found is said with its place, the road and the remedy, and ends the command with 1', async () => {
  const { exitCode, text } = await verified('', withoutScope);
  expect(exitCode).toBe(1);
  expect(text).toContain('✖ B2+P25/only-road  is not so: nobody gets');
  expect(text).toMatch(/Resources\.ApiRestApiapiproxyANY\w+\.Properties\.AuthorizationScopes\n/);
  expect(text).toMatch(/internet\n\s+→ REST API [^]*→ VPC link [^]*→ load balancer [^]*→ port 8080/);
  expect(text).toContain('→ Give the method AuthorizationType COGNITO_USER_POOLS');
  expect(text).toMatch(/✖ spa-on-aws-dev breaks 4 rules of \d+, in \d+ places\./);
});

test('only what was asked for is looked at', async () => {
  const { exitCode, text } = await verified('--only=B1', withoutScope);
  expect(exitCode).toBe(0);
  expect(text.match(/✔/g)).toHaveLength(1);
  expect(text).toContain('1 rule proved on spa-on-aws-dev');
  expect(text).toContain('cfn-lint was not run: only some rules were asked for');
});

test('a rule there is not is refused with all there are', async () => {
  const { exitCode, text } = await verified('--only=B99');
  expect(exitCode).toBe(2);
  expect(text).toContain("--only 'B99' is no rule, row or group: use one of reachability, deployable");
  expect(text).toContain('B2+P25/only-road');
});

test('as JSON there is nothing but JSON', async () => {
  const { exitCode, text } = await verified('--json --skip-cfn-lint', withoutScope);
  expect(exitCode).toBe(1);
  const report = JSON.parse(text.slice(0, text.lastIndexOf('}') + 1)) as {
    rules: { id: string; state: string; findings: { road?: unknown[] }[] }[];
    cfnLint: unknown;
  };
  const states = Object.fromEntries(report.rules.map(({ id, state }) => [id, state]));
  expect(states).toMatchObject({
    'B2+P25/only-road': 'broken',
    'B1/policies-exist': 'proved',
    'CFN/global-resources': 'not applicable',
  });
  expect(report.rules[0]?.findings[0]?.road).toBeInstanceOf(Array);
  expect(report.cfnLint).toEqual({ state: 'not run', why: 'it was to be skipped' });
});

test('a template of one’s own, and the deployed one to compare with, may be files anywhere', async () => {
  const directory = projectWith('dev');
  const template = join(directory, 'cdk.out/spa-on-aws-dev.template.json');
  const { exitCode, text } = await operated(
    NOWHERE,
    `verify --template=${template} --deployed=${template} --only=B13`,
    { directory: temporaryDirectory(), env: WITHOUT_PROGRAMS },
  );
  expect(exitCode).toBe(0);
  expect(text).toContain(`compared with ${template}`);
});

test.each([
  [
    'there is no assembly',
    '',
    undefined,
    /manifest\.json does not exist\.[^]*npx nx synth infra --stage=dev/,
  ],
  [
    'the assembly holds another stage',
    '--stage=prod',
    undefined,
    /has spa-on-aws-dev, not spa-on-aws-prod\./,
  ],
  ['the template is no JSON', '--template={file}', 'Resources:', /is not JSON\./],
  ['the template has no resources', '--template={file}', '{}', /has no Resources\./],
])('where %s, what to run is said', async (_, options, content, message) => {
  const directory = options.includes('prod') ? projectWith('dev') : temporaryDirectory();
  const file = join(directory, 'some/template.json');
  if (content !== undefined) {
    mkdirSync(join(directory, 'some'));
    writeFileSync(file, content);
  }
  const line = `verify ${options.replace('{file}', file)}`.trim();
  const { exitCode, text } = await operated(NOWHERE, line, { directory, env: WITHOUT_PROGRAMS });
  expect(exitCode).toBe(1);
  expect(text).toMatch(message);
});
