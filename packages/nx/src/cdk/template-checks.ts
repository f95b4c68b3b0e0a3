import { resolve } from 'node:path';
import { runTemplateChecks } from '@spa-on-aws/template-checks';
import type { Context } from '../context';
import { type Executor, type StageOptions, stackNameOf } from '../executor';

interface CheckOptions extends StageOptions {
  readonly template: string | undefined;
}

interface VerifyOptions extends CheckOptions {
  readonly deployed: string | undefined;
  readonly only: string | undefined;
  readonly 'skip-cfn-lint': boolean;
  readonly json: boolean;
}

interface CostOptions extends CheckOptions {
  readonly requests: string | undefined;
  readonly 'without-free': boolean;
  readonly details: boolean;
  readonly markdown: boolean;
}

/** Checks the synthesized template. */
export const verify: Executor<VerifyOptions> = {
  run: ({ deployed, only, json, 'skip-cfn-lint': skipCfnLint, ...options }, context) =>
    runChecks('verify', options, { deployed, only, 'skip-cfn-lint': skipCfnLint, json }, context),
};

/** Estimates the monthly cost. */
export const cost: Executor<CostOptions> = {
  run: ({ requests, details, markdown, 'without-free': withoutFree, ...options }, context) =>
    runChecks('cost', options, { requests, 'without-free': withoutFree, details, markdown }, context),
};

/** Runs a command of `template-checks` and returns its exit code. */
async function runChecks(
  command: string,
  options: CheckOptions,
  flags: Readonly<Record<string, string | boolean | undefined>>,
  { terminal, projectRoot, env }: Context,
): Promise<number> {
  const subject =
    options.template === undefined
      ? { assembly: resolve(projectRoot, options.assembly), stack: stackNameOf(options) }
      : { template: resolve(options.template) };
  const args = Object.entries({ ...subject, ...flags }).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}`, value];
  });
  return runTemplateChecks([command, ...args], {
    stdout: (text) => terminal.print(text),
    stderr: (text) => terminal.printError(text),
    env,
    cwd: process.cwd(),
    color: terminal.paint('bold', '') !== '',
  });
}
