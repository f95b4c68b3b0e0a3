import type { Expectation } from './expectation';

/** One request that went to two deployments. */
export interface Comparison {
  readonly expectation: Pick<Expectation, 'rows' | 'name'>;
  /** Differences between the responses; `undefined` when one deployment does not have the endpoint. */
  readonly differences: readonly string[] | undefined;
}

/** Formats comparisons as Markdown: differences first, then what could not be compared, then the rest. */
export function parityReport(here: string, there: string, comparisons: readonly Comparison[]): string {
  const differing = comparisons.filter(
    ({ differences }) => differences !== undefined && differences.length > 0,
  );
  const notCompared = comparisons.filter(({ differences }) => differences === undefined);
  const same = comparisons.filter(({ differences }) => differences?.length === 0);
  return [
    `# ${here} / ${there}`,
    '',
    `${comparisons.length} requests: ${differing.length} differ in status, headers or shape of the body, ` +
      `${notCompared.length} not compared because one deployment lacks the endpoint, ${same.length} equal.`,
    '',
    ...table('Different', differing, ({ differences = [] }) => differences.join('<br>')),
    ...table('Not compared', notCompared),
    ...table('Equal', same),
  ].join('\n');
}

function table(
  title: string,
  comparisons: readonly Comparison[],
  verdict?: (comparison: Comparison) => string,
): string[] {
  if (comparisons.length === 0) return [];
  const columns = ['Rows', 'Request', ...(verdict ? ['Here / there'] : [])];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    `## ${title}`,
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...comparisons.map((comparison) => {
      const { rows, name } = comparison.expectation;
      return line([rows.join(' '), name, ...(verdict ? [verdict(comparison)] : [])]);
    }),
    '',
  ];
}
