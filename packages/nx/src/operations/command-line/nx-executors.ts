import type { Command, Option } from './command';
import { describeOption } from './help';

/** The directory of the executors' files, from the project's. */
export const EXECUTORS = 'executors';

/**
 * What Nx has to know about the commands to run them as executors, show their `--help` and offer their options in
 * editors: the content of files, by their names.
 */
export function nxExecutorFiles(commands: readonly Command[]): Record<string, unknown> {
  return {
    'executors.json': {
      executors: Object.fromEntries(
        commands.map(({ name, summary }) => [
          name,
          { implementation: './run-operation.mjs', schema: `./${name}.schema.json`, description: summary },
        ]),
      ),
    },
    ...Object.fromEntries(commands.map((command) => [`${command.name}.schema.json`, schemaOf(command)])),
  };
}

function schemaOf({ summary, options, examples }: Command): unknown {
  return {
    $schema: 'https://json-schema.org/schema',
    version: 2,
    outputCapture: 'direct-nodejs',
    description: summary,
    type: 'object',
    properties: Object.fromEntries(
      Object.entries<Option>(options).map(([name, option]) => [
        name,
        { type: option.type, description: `${describeOption(option)} [${option.variable}]` },
      ]),
    ),
    // The commands themselves name what they do not know, and what there is instead.
    additionalProperties: true,
    examples,
  };
}
