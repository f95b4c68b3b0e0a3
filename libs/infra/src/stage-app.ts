import { App, type AppProps } from 'aws-cdk-lib/core';
import { stackPropsFrom } from './options';
import { checkSecurityRules } from './security-rules';
import { SpaOnAwsStack } from './spa-on-aws-stack';
import { stackNameOf } from './stage-name';

/**
 * The app of one stage, by its context: its synthesis writes the assembly, or fails on a rule.
 *
 * @param workspaceRoot where relative paths of builds start
 * @throws {InvalidOptions} with everything that is wrong with the context
 */
export function stageApp(appProps: AppProps, workspaceRoot: string): App {
  const app = new App(appProps);
  const props = stackPropsFrom((key) => app.node.tryGetContext(key), workspaceRoot);
  new SpaOnAwsStack(app, stackNameOf(props.stageName), props);
  checkSecurityRules(app);
  return app;
}
