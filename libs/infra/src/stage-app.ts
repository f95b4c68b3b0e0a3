import { App, Tags, Validations, type AppProps } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag/lib/packs/aws-solutions.js';
import { stackPropsFrom } from './options';
import { SpaOnAwsStack } from './spa-on-aws-stack';

/**
 * App properties for reproducible synthesis: the same input gives the same assembly on every machine and in every
 * directory. They turn off analytics, timings, the construct tree and stack traces, which contain paths.
 *
 * `CDK_DEBUG=true` turns the stack traces on again.
 */
export const REPRODUCIBLE: AppProps = {
  analyticsReporting: false,
  performanceReporting: false,
  treeMetadata: false,
  stackTraces: false,
  context: { 'aws:cdk:disable-creation-stack-traces': true },
};

/**
 * Creates the CDK app with the stack of one stage, `{project}-{stage}`. The project, the stage and its options come from the
 * app's context.
 *
 * @param workspaceRoot base directory for relative paths of builds
 * @throws {InvalidOptions} with all problems of the context
 */
export function stageApp(appProps: AppProps, workspaceRoot: string): App {
  const app = new App(appProps);
  const props = stackPropsFrom((key) => app.node.tryGetContext(key), workspaceRoot);
  // The Nx plugin finds the stack by the same name.
  const project = String(app.node.getContext('project'));
  const stack = new SpaOnAwsStack(app, `${project}-${props.stageName}`, props);
  Tags.of(stack).add('project', project);
  checkSecurityRules(app);
  return app;
}

/**
 * Adds cdk-nag's AwsSolutions rules to an app. Synthesis fails on every error and warning that the construct does not
 * suppress with `acknowledge`.
 */
export function checkSecurityRules(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
