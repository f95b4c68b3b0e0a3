import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Context, type Executor, nxCommand, type StageOptions } from '../executor';
import { readStageAssembly } from '../stack/assembly';
import { CheckList } from '../terminal';
import { checkDeployment } from './preflight';

/** Checks what a machine and an account need before a deployment. It runs the checks of `deploy`, and changes nothing. */
export const doctor: Executor<StageOptions> = {
  async run(options, context) {
    const { terminal } = context;
    const stack = await readStageAssembly(options, context);
    const checks = new CheckList(terminal);
    await checkNode(checks, context);
    const { connection, action } = await checkDeployment(stack, options, context, checks);
    terminal.print(
      [
        '',
        `${terminal.paint('green', '✔')} Everything is ready: ${stack.name} ${action} in ${connection.description}.`,
        '',
        'Next',
        `  ${nxCommand(context, 'deploy', options.stage)}`,
      ].join('\n'),
    );
  },
};

/** Checks the version of Node against `engines` in the workspace's `package.json`: `>=22.12.0`. */
async function checkNode(checks: CheckList, { workspaceRoot }: Context): Promise<void> {
  const { engines } = JSON.parse(await readFile(join(workspaceRoot, 'package.json'), 'utf8')) as {
    readonly engines?: { readonly node?: string };
  };
  const [, oldest] = /^>=\s*([\d.]+)$/.exec(engines?.node ?? '') ?? [];
  const { node } = process.versions;
  if (oldest === undefined || node.localeCompare(oldest, 'en', { numeric: true }) >= 0)
    return checks.pass('node', `version ${node}`);
  checks.fail('node', {
    problem: `this is Node ${node}, but package.json requires ${engines?.node}`,
    remedy: `install a newer version, for example: nvm install ${oldest.split('.')[0]}`,
  });
}
