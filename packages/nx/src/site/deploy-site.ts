import { requireConnection } from '../aws/connection';
import { StackNotReadyError } from '../errors';
import { type Executor, nxCommand, type StageOptions } from '../executor';
import { readStageAssembly } from '../stack/assembly';
import { requireStack } from '../stack/deployed-stack';
import { isInProgress } from '../stack/stack-watch';
import { confirm } from '../terminal';
import { contentDeployments } from './bucket-deployment';
import { publishContent } from './publish-content';

/** Uploads the site's content to a deployed stage. */
export const deploySite: Executor<StageOptions> = {
  async run(options, context) {
    const { stage } = options;
    const { terminal } = context;
    const deployCommand = nxCommand(context, 'deploy', stage);
    const synthesized = await readStageAssembly(options, context);
    const deployments = contentDeployments(synthesized, deployCommand);
    const connection = await requireConnection({ ...options, stack: synthesized }, context);
    const { description, links } = connection;

    const stack = await requireStack(options, connection, context);
    if (isInProgress(stack.status)) {
      throw new StackNotReadyError(
        `${stack.name} is ${stack.status}: another operation may be changing its content.`,
        `wait until it has finished (${links.stack(stack.id)}), then run this again`,
      );
    }
    terminal.print(`\n${terminal.paint('bold', `Content of stage ${stage}`)}, ${description}`);
    if (stack.terminationProtection) {
      const question = `Stage ${stage} is protected. Replace its content?`;
      await confirm({ question, executor: 'deploy-site', isProtected: true }, options, context);
    }
    const isChanged = await publishContent(
      deployments,
      stack,
      { stage, executor: 'deploy-site' },
      connection,
      context,
    );
    const site = stack.outputs['SiteUrl'] ?? '';
    terminal.print(
      `\n${terminal.paint('green', '✔')} ${site} ${isChanged ? 'has the new content' : 'already had this content'}.`,
    );
  },
};
