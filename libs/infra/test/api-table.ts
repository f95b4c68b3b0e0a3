import type { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import type { ApiTableScope } from '../src/backend/api-table';
import { ApiTask } from '../src/backend/api-task';
import { Network } from '../src/backend/network';
import type { RetentionProps } from '../src/retention';
import { ENVIRONMENT } from './small-stage';
import { smallBuilds, templateOf } from './synthesized';

/** Synthesizes a construct with a table, at the path `Backend/{id}` as in a stage. */
export function tableTemplate(
  Table: new (scope: Construct, id: string, props: ApiTableScope) => Construct,
  id: string,
  props: RetentionProps = {},
): Template {
  const { apiBuild } = smallBuilds();
  return templateOf((stack) => {
    const backend = new Construct(stack, 'Backend');
    const network = new Network(backend, 'Network');
    const task = new ApiTask(backend, 'Task', { apiBuild, environment: ENVIRONMENT });
    new Table(backend, id, { network, api: task, ...props });
  });
}

/** Returns the statements of the task role. */
export function taskStatements(template: Template): unknown[] {
  return Object.values(template.findResources('AWS::IAM::Policy'))
    .map(({ Properties }) => Properties)
    .filter(({ Roles }) =>
      Roles.some((role: { Ref: string }) => !/ExecutionRole/.test(role.Ref) && /Task/.test(role.Ref)),
    )
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}
