import { AwsSolutionsChecks } from 'cdk-nag/lib/packs/aws-solutions.js';
import { Validations, type App } from 'aws-cdk-lib/core';

/**
 * Has the synthesis of an app fail where a resource breaks a rule of cdk-nag's pack AwsSolutions, its warnings included,
 * unless the construct that makes the resource acknowledges the rule and says why.
 */
export function checkSecurityRules(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
