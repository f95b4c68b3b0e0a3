import { resolve } from 'node:path';
import { runTemplateChecks } from '@spa-on-aws/template-checks';
import { type Executor, type StageOptions, stackNameOf } from '../executor';

interface CheckOptions extends Pick<StageOptions, 'stage' | 'stackName' | 'assembly'> {
  readonly template: string | undefined;
  /** Options of `template-checks`: `only`, `json`, … */
  readonly [flag: string]: string | boolean | undefined;
}

/** Checks the synthesized template. */
export const verify = templateChecks('verify');

/** Estimates the monthly cost. */
export const cost = templateChecks('cost');

/** Returns the executor that runs a command of `template-checks`. */
function templateChecks(command: string): Executor<CheckOptions> {
  return {
    run({ template, assembly, stage, stackName, ...flags }, { terminal, projectRoot, env }) {
      const subject =
        template === undefined
          ? { assembly: resolve(projectRoot, assembly), stack: stackNameOf({ stackName, stage }) }
          : { template: resolve(template) };
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
    },
  };
}
