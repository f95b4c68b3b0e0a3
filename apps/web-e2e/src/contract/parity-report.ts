import type { Expectation } from './expectation';

/** One request that went to two deployments. */
export interface Comparison {
  readonly expectation: Pick<Expectation, 'rows' | 'name'>;
  /** How the answers differ; `undefined` when one of the two has no such door. */
  readonly differences: readonly string[] | undefined;
}

/** Comparisons as Markdown for people: what differs first, then what could not be compared, then the rest. */
export function parityReport(here: string, there: string, comparisons: readonly Comparison[]): string {
  const differing = comparisons.filter(
    ({ differences }) => differences !== undefined && differences.length > 0,
  );
  const notCompared = comparisons.filter(({ differences }) => differences === undefined);
  const same = comparisons.filter(({ differences }) => differences?.length === 0);
  return [
    `# ${here} / ${there}`,
    '',
    `${comparisons.length} requests: ${differing.length} answered differently in status, headers or shape of the body, ` +
      `${notCompared.length} not compared as one of the two has no such door, ${same.length} the same.`,
    '',
    ...table('Answered differently', differing, ({ differences = [] }) => differences.join('<br>')),
    ...table('Not compared', notCompared),
    ...table('The same', same),
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
