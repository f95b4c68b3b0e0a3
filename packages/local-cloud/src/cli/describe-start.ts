import { CodedError } from '@spa-on-aws/cloudformation';
import type { LocalCloud } from '../run/start';
import type { Options } from './options';

/** Formats what is printed when everything answers; what one needs first is last. */
export function describeStart(
  { state, notRun, furtherUrls, clientSecrets, identifiers, leftOut, warnings }: Omit<LocalCloud, 'close'>,
  startedAfterMs: number,
  { devOrigin }: Pick<Options, 'devOrigin'>,
): string {
  const notRunCount = [...notRun.values()].reduce((sum, count) => sum + count, 0);
  return [
    '',
    ...section(
      'Parameters from outputs of other stacks',
      identifiers.parametersFromOutputs.map(({ parameter, output, value }) => [parameter, output, value]),
    ),
    ...section(
      'Resources',
      // An ARN has its own line: both beside each other are too wide for a terminal.
      Object.entries(identifiers.resources).flatMap(([name, { id, arn = id }]) => [
        [name, id],
        ...(arn === id ? [] : [['', arn]]),
      ]),
    ),
    ...section('Outputs', Object.entries(identifiers.outputs)),
    ...section(
      'Left out by --without; AWS may answer differently',
      leftOut.map((feature) => [feature]),
    ),
    ...section(
      'Warnings (--strict refuses unknown properties)',
      warnings.map((line) => [line]),
    ),
    ...(notRunCount > 0
      ? [`  ${notRunCount} resources not involved in serving requests were skipped (see inspect).`, '']
      : []),
    `  Site            ${state.url}`,
    ...(devOrigin ? [`  Dev server      ${devOrigin}`] : []),
    ...(state.apiEndpoint ? [`  API Gateway     ${state.apiEndpoint}`] : []),
    ...[...furtherUrls].map(([logicalId, url]) => `  ${logicalId.padEnd(15)} ${url}`),
    ...(state.issuer ? [`  Sign-in         ${state.issuer}`] : []),
    `  Console         ${state.consoleUrl}`,
    ...(state.dynamoDbEndpoint ? [`  DynamoDB        ${state.dynamoDbEndpoint}`] : []),
    ...(state.backendUrl ? [`  Container       ${state.backendUrl}`] : []),
    ...clientSecrets.map(({ client, secret }) => `  Client secret   ${secret} (${client})`),
    ...(state.credentials
      ? [
          `  IAM user        ${state.credentials.accessKeyId} / ${state.credentials.secretAccessKey} (${state.credentials.region}; works on this machine only)`,
        ]
      : []),
    ...state.users.map(({ username, password, groups }) => {
      const inGroups = groups.length > 0 ? `in ${groups.join(', ')}; ` : '';
      return `  Log in as       ${username} / ${password} (${inGroups}works on this machine only)`;
    }),
    '',
    `  Ready in ${(startedAfterMs / 1_000).toFixed(2)} s. Ctrl-C stops everything.`,
    '',
  ].join('\n');
}

/** Formats an error for the terminal. One that is not coded is a bug of the local cloud; its stack is printed for debugging only. */
export function describeFailure(error: unknown, isDebug: boolean): string {
  if (error instanceof CodedError) return `${error.code}: ${error.message}`;
  if (isDebug && error instanceof Error) return String(error.stack);
  return `Unexpected error: ${String(error)}\nThis is a bug of the local cloud. Please report it with the template; --log-level debug prints the stack.`;
}

/** Formats rows as a table with a title. */
function section(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, index) => Math.max(most[index] ?? 0, cell.length)),
    [],
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return [`  ${title}:`, ...rows.map((row) => `    ${line(row)}`), ''];
}
