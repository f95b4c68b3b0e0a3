import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, requireConnection } from '../aws/connection';
import { CdkFailedError, RollbackError, StackNotReadyError } from '../errors';
import { type Context, type Executor, nxCommand, type StageOptions } from '../executor';
import { contentDeployments } from '../site/bucket-deployment';
import { publishContent } from '../site/publish-content';
import { type DeployedStack, deployedTemplate, describeStack, requireStack } from '../stack/deployed-stack';
import { isInProgress, StackWatch } from '../stack/stack-watch';
import { confirm } from '../terminal';
import { bootstrapQualifier, type SynthesizedTemplate, writeRollbackAssembly } from './assembly';
import { assetStores, downloadContent, requireAssets } from './published-assets';
import { isSame, listReleases, recordRelease, type Release, templateAssets, withAssets } from './releases';

interface RollbackOptions extends StageOptions {
  readonly to: string | undefined;
}

/** Releases in the list that is printed. */
const SHOWN = 10;

/** Returns the API and the content of the site to an earlier release: first the content, then the stack. */
export const rollback: Executor<RollbackOptions> = {
  problems: ({ to }) =>
    to === undefined || /^\d+$/.test(to) ? [] : [`--to is '${to}'; it must be a version.`],
  async run(options, context) {
    const { terminal, interruption } = context;
    const { signal } = interruption;
    const { stage } = options;
    const connection = await requireConnection(options, context);
    const { clients, description } = connection;
    const stack = await requireStack(options, connection, context);
    if (isInProgress(stack.status)) {
      throw new StackNotReadyError(
        `${stack.name} is ${stack.status}: another operation is changing it.`,
        'wait until it has finished, then run this again',
      );
    }
    const template: SynthesizedTemplate = await deployedTemplate(stack, clients, signal);
    const qualifier = bootstrapQualifier(template);
    if (!qualifier) {
      throw new RollbackError(
        `${stack.name} was not deployed with the CDK's default synthesizer.`,
        'check out the commit of an earlier version, and deploy it',
      );
    }
    const releases = await listReleases(clients, stack.name, signal);
    const isDeployed = ({ assets }: Release): boolean => isSame(assets, templateAssets(template));
    terminal.print(`\n${terminal.paint('bold', `Versions of stage ${stage}`)}, ${description}`);
    for (const release of releases.slice(0, SHOWN))
      terminal.print(describeRelease(release, isDeployed(release)));
    const target = releases.find((release) =>
      options.to === undefined ? !isDeployed(release) : release.version === Number(options.to),
    );
    if (!target) {
      throw new RollbackError(
        options.to === undefined
          ? `There is no version before the deployed one: ${nxCommand(context, 'deploy', stage)} records a version when the API or the site changes.`
          : `There is no version ${options.to}.`,
      );
    }
    const earlier = withAssets(template, target);
    const stores = assetStores(qualifier, connection);
    await requireAssets(target, stores, connection, context);
    await confirm(
      { question: `Return to version ${target.version}?`, executor: 'rollback' },
      options,
      context,
    );

    const directory = await mkdtemp(join(tmpdir(), 'rollback-'));
    try {
      const files = await downloadContent(earlier, stores.bucket, directory, connection, context);
      const deployments = contentDeployments(
        { template: earlier, files },
        nxCommand(context, 'deploy', stage),
      );
      terminal.print('\nSite');
      await publishContent(deployments, stack, { stage, executor: 'rollback' }, connection, context);
      terminal.print('\nAPI');
      await writeRollbackAssembly(directory, earlier, qualifier, stack);
      await deployAssembly(directory, stack, stage, connection, context);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
    await recordRelease(clients, stack.name, earlier, signal);
    terminal.print(
      `\n${terminal.paint('green', '✔')} Stage ${stage} has the API and the site of version ${target.version}. ` +
        'Run this again to return.',
    );
  },
};

function describeRelease({ version, at, by = '' }: Release, isDeployed: boolean): string {
  const time = at?.toISOString().replace('T', ' ').slice(0, 16) ?? '';
  return `  ${String(version).padStart(4)}  ${time} UTC  by ${by.split('/').at(-1)}${isDeployed ? '  (deployed)' : ''}`;
}

async function deployAssembly(
  directory: string,
  stack: DeployedStack,
  stage: string,
  { clients, env, links }: Connection,
  context: Context,
): Promise<void> {
  const watch = new StackWatch(
    stack.name,
    () => describeStack(clients, stack.name, AbortSignal.timeout(4000)),
    stack,
  );
  const again = nxCommand(context, 'rollback', stage);
  const settings = ['--app', directory, '--require-approval', 'never', '--progress', 'events'];
  const exitCode = await watch.runCdk(
    { args: ['deploy', ...settings, stack.name], env },
    (_isChanging, lastStatus) =>
      `The CDK stops. ${lastStatus}. The site has the earlier content already.\n` +
      `  See the progress at ${links.stack(stack.id)}, then run ${again} again.`,
    context,
  );
  if (exitCode === 0) return;
  throw new CdkFailedError(
    `cdk deploy failed with exit code ${exitCode}, and ${stack.name} is ${await watch.update()}. The site has the earlier content, but the API may not.`,
    `see the events at ${links.stack(stack.id)}, then run ${again} again, or ${nxCommand(context, 'deploy', stage)}`,
  );
}
