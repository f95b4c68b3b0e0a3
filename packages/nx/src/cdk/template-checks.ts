import { resolve } from 'node:path';
import { runTemplateChecks } from '@spa-on-aws/template-checks';
import { type Executor, type StageOptions, stackNameOf } from '../executor';

interface CheckOptions extends Pick<StageOptions, 'stage' | 'stackName' | 'assembly'> {
  /** Region and profile for prices. */
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly template: string | undefined;
  /** Options of `template-checks`: `only`, `json`, … */
  readonly [flag: string]: string | boolean | undefined;
}

/** Checks the synthesized template. */
export const verify = templateChecks('verify');

/** Estimates the monthly cost, with the prices of the region when there are credentials. */
export const cost = templateChecks('cost');

/** Returns the executor that runs a command of `template-checks`. */
function templateChecks(command: string): Executor<CheckOptions> {
  return {
    async run({ template, assembly, stage, stackName, region, profile, ...flags }, context) {
      const { terminal, projectRoot, env } = context;
      const subject =
        template === undefined
          ? { assembly: resolve(projectRoot, assembly), stack: stackNameOf({ stackName, stage }) }
          : { template: resolve(template) };
      const args = Object.entries({ ...subject, ...flags }).flatMap(([name, value]) => {
        if (value === undefined || value === false) return [];
        return value === true ? [`--${name}`] : [`--${name}`, value];
      });
      const exitCode = await runTemplateChecks([command, ...args], {
        stdout: (text) => terminal.print(text),
        stderr: (text) => terminal.printError(text),
        env,
        cwd: process.cwd(),
        color: terminal.paint('bold', '') !== '',
        // The AWS SDK is loaded only when prices are needed.
        priceList: async (stackRegion) =>
          (await import('../aws/price-list')).awsPriceList({ region, profile }, stackRegion, context),
      });
      context.interruption.signal.throwIfAborted();
      return exitCode;
    },
  };
}
