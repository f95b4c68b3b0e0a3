import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fixtureFile } from '../test/fixtures';
import { runTemplateChecks } from './cli';

/** Writes an assembly with one stack, `app`, and returns its parent directory. */
function project(template = readFileSync(fixtureFile('dev'), 'utf8'), ...otherStacks: string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'template-checks-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'app.template.json' } };
  const artifacts = Object.fromEntries(['app', ...otherStacks].map((name) => [name, stack]));
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts }));
  writeFileSync(join(directory, 'app.template.json'), template);
  return directory;
}

async function run(line: string, cwd: string, env: Record<string, string> = {}) {
  let stdout = '';
  let stderr = '';
  const exitCode = await runTemplateChecks(line.split(' ').filter(Boolean), {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    env: { PATH: '', ...env },
    cwd,
    color: false,
  });
  return { exitCode, stdout, stderr };
}

const runIn = (line: string, cwd = project(), env: Record<string, string> = {}) =>
  run(`${line} --assembly .`, cwd, env);

function withoutScopes(): string {
  const json = JSON.parse(readFileSync(fixtureFile('dev'), 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: object }>;
  };
  for (const { Type, Properties } of Object.values(json.Resources)) {
    if (Type === 'AWS::ApiGateway::Method') Object.assign(Properties, { AuthorizationScopes: [] });
  }
  return JSON.stringify(json);
}

test('verify prints passed rules, the authorized path, and that cfn-lint is not installed', async () => {
  const { exitCode, stdout } = await runIn('verify');
  expect(exitCode).toBe(0);
  expect(stdout).toContain(
    '✔ container-reachable-only-through-authorizer  every request path from the internet',
  );
  expect(stdout).toMatch(/internet\n\s+→ REST API [^]*→ port 8080 of container 'api'/);
  expect(stdout).toContain(
    '- certificates-and-web-acls-in-us-east-1  there is no certificate and no web ACL',
  );
  expect(stdout).toContain(
    "- cfn-lint was not run: it is not on the PATH (install it with 'pip install cfn-lint')",
  );
  expect(stdout).toMatch(/\napp: \d+ rules passed\.\n$/);
});

test('verify prints findings with place, path and remedy, and exits with 1', async () => {
  const { exitCode, stdout } = await runIn('verify', project(withoutScopes()));
  expect(exitCode).toBe(1);
  expect(stdout).toContain('✖ container-reachable-only-through-authorizer  FAILED: every request path');
  expect(stdout).toMatch(/Resources\.ApiRestApiapiproxyANY\w+\.Properties\.AuthorizationScopes\n/);
  expect(stdout).toMatch(/internet\n\s+→ REST API [^]*→ VPC link [^]*→ load balancer [^]*→ port 8080/);
  expect(stdout).toContain('→ Set AuthorizationType COGNITO_USER_POOLS');
  expect(stdout).toMatch(/\napp: 4 of \d+ rules failed, \d+ findings\.\n$/);
});

test('verify checks only the rules selected with --only, and does not run cfn-lint', async () => {
  const { exitCode, stdout } = await runIn(
    'verify --only cloudfront-policies-exist',
    project(withoutScopes()),
  );
  expect(exitCode).toBe(0);
  expect(stdout.match(/✔/g)).toHaveLength(1);
  expect(stdout).toContain('app: 1 rule passed.');
  expect(stdout).toContain('cfn-lint was not run: only some rules were selected');
});

test('verify --json prints JSON only', async () => {
  const { exitCode, stdout } = await runIn('verify --json --skip-cfn-lint', project(withoutScopes()));
  expect(exitCode).toBe(1);
  const report = JSON.parse(stdout) as {
    rules: { id: string; state: string; findings: { hops?: unknown[] }[] }[];
    cfnLint: unknown;
  };
  const states = Object.fromEntries(report.rules.map(({ id, state }) => [id, state]));
  expect(states).toMatchObject({
    'container-reachable-only-through-authorizer': 'failed',
    'cloudfront-policies-exist': 'passed',
    'certificates-and-web-acls-in-us-east-1': 'not applicable',
  });
  expect(report.rules[0]?.findings[0]?.hops).toBeInstanceOf(Array);
  expect(report.cfnLint).toEqual({ state: 'not run', why: 'skipped by option' });
});

test('verify --sarif prints findings with the line of their resource, and all rules', async () => {
  const directory = project(JSON.stringify(JSON.parse(withoutScopes()), null, 2));
  const { exitCode, stdout } = await runIn('verify --sarif --skip-cfn-lint', directory);
  expect(exitCode).toBe(1);
  const log = JSON.parse(stdout) as {
    version: string;
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: {
        ruleId: string;
        locations: {
          physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } };
          logicalLocations: { fullyQualifiedName: string }[];
        }[];
      }[];
    }[];
  };
  expect(log.version).toBe('2.1.0');
  const [run] = log.runs;
  expect(run?.tool.driver.rules.map(({ id }) => id)).toContain('https-only');
  const found = run?.results.find(({ ruleId }) => ruleId === 'container-reachable-only-through-authorizer');
  const [location] = found?.locations ?? [];
  const { uri } = location?.physicalLocation.artifactLocation ?? { uri: '' };
  const id = location?.logicalLocations[0]?.fullyQualifiedName.split('.')[1] ?? '';
  const line = readFileSync(join(directory, uri), 'utf8').split('\n')[
    (location?.physicalLocation.region.startLine ?? 0) - 1
  ];
  expect(line?.trim()).toBe(`"${id}": {`);
});

test('verify --sarif and --json exclude each other', async () => {
  expect((await runIn('verify --json --sarif', project('{}'))).exitCode).toBe(2);
});

test('verify reads a template and the deployed template from any files', async () => {
  const file = fixtureFile('dev');
  const { exitCode, stdout } = await run(
    `verify --template ${file} --deployed ${file} --only AG-PX-11`,
    project(),
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain('compared with dev.json');
});

test('verify reads a template in YAML', async () => {
  const directory = project();
  writeFileSync(join(directory, 'a.yaml'), 'Resources:\n  Topic: {Type: AWS::SNS::Topic}\n');
  const { exitCode, stdout } = await run('verify --template a.yaml --only names-within-limits', directory);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('a.yaml: 1 resources');
});

test.each([
  ['the assembly does not exist', 'verify', undefined, /cdk\.out does not exist\. Synthesize the app first/],
  [
    'the stack is not in the assembly',
    'verify --assembly . --stack other',
    undefined,
    /contains app, not other\. \(ERR_STACK_SELECTION\)/,
  ],
  [
    'the template does not exist',
    'verify --template gone.json',
    undefined,
    /gone\.json does not exist\. Set --template/,
  ],
  ['the template is not JSON', 'verify --assembly .', '{', /app\.template\.json: not JSON/],
  [
    'the template has no resources',
    'cost --assembly .',
    '{}',
    /app\.template\.json: the template has no Resources\./,
  ],
])('exits with 1 when %s, and says how to fix it', async (_, line, template, message) => {
  const { exitCode, stdout, stderr } = await run(line, project(template));
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toMatch(message);
});

test('exits with 1 when the assembly has several stacks and --stack is missing', async () => {
  const { exitCode, stderr } = await runIn('verify', project(undefined, 'other'));
  expect(exitCode).toBe(1);
  expect(stderr).toContain('contains app, other. Select one of them with --stack.');
});

test.each([
  [
    'verify --only unknown',
    {},
    /'unknown' is not a rule, behavior row or group\. Use one of: reachability, /,
  ],
  ['verify --stgae x', {}, /unknown option '--stgae'/],
  ['verfy', {}, /unknown command 'verfy'/],
  ['verify extra', {}, /too many arguments/],
  ['cost --requests=1,many', {}, /argument '1,many' is invalid\. Use numbers such as 0,1,10,1000\./],
  ['cost', { TEMPLATE_CHECKS_REQUESTS: 'many' }, /TEMPLATE_CHECKS_REQUESTS 'many' is invalid\. Use numbers/],
])('%s with environment %o exits with 2', async (line, env, message) => {
  const { exitCode, stderr } = await run(line, project(), env);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(message);
});

test.each(['--help', 'verify --help', 'cost -h'])('%s prints help and exits with 0', async (line) => {
  const { exitCode, stdout } = await run(line, project());
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Usage: template-checks');
});

test('the command line overrides environment variables, which override defaults', async () => {
  const env = {
    TEMPLATE_CHECKS_ONLY: 'https-only',
    TEMPLATE_CHECKS_JSON: 'false',
    TEMPLATE_CHECKS_STACK: '',
  };
  expect((await runIn('verify', project(), env)).stdout).toContain('✔ https-only');
  expect((await runIn('verify --only site-bucket-private', project(), env)).stdout).toContain(
    '✔ site-bucket-private',
  );
  expect((await runIn('verify', project(), { ...env, TEMPLATE_CHECKS_JSON: 'true' })).stdout).toMatch(/^\{/);
});

test('cost prints idle cost and the cost of the default loads, and what is not included', async () => {
  const { exitCode, stdout } = await runIn('cost');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^app: estimate\nPrices: snapshot of \d{4}-\d\d-\d\d, us-east-1\n/);
  expect(stdout).toMatch(/US dollars per month +idle +1 req\/s +10 req\/s +1,000 req\/s\n/);
  expect(stdout).toMatch(/\nLoad balancer +16\.43 /);
  expect(stdout).toMatch(/\nTotal( +[\d,.]+){4}\n/);
  expect(stdout).toMatch(/Not included:\n- Cognito: /);
});

test('cost prints a column for each load of --requests', async () => {
  const { stdout } = await runIn('cost --requests=0,50 --markdown');
  expect(stdout.split('\n')[0]).toMatch(/^\| US dollars per month +\| +idle \| +50 req\/s \|$/);
});

test('cost --details prints quantities, assumptions, and prices with their sources', async () => {
  const { stdout } = await runIn('cost --details');
  expect(stdout).toContain('Load balancer: 16.43 = 730 × hour');
  expect(stdout).toContain('bytesPerRequest: 3000');
  expect(stdout).toContain('https://aws.amazon.com/api-gateway/pricing/');
});

test('cost is higher with --without-free', async () => {
  const totalOf = (text: string) => Number(/\nTotal +([\d.]+)/.exec(text)?.[1]);
  const withFree = await runIn('cost --requests=0');
  const without = await runIn('cost --requests=0 --without-free');
  expect(totalOf(without.stdout)).toBeGreaterThan(totalOf(withFree.stdout));
});
