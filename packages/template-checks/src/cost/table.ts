import type { CostReport, MonthlyBill } from './cost';

/** The rows of a cost table, texts only: a head, a row for each item, a total. */
export function costRows({ bills }: CostReport): readonly (readonly string[])[] {
  const items = [...new Set(bills.flatMap((one) => one.lines.map((line) => line.item)))];
  // What costs nothing under any load is no row of its own.
  const shown = items.filter((item) => bills.some((one) => usdOf(one, item) >= 0.005));
  return [
    ['US dollars a month', ...bills.map((one) => headOf(one))],
    ...shown.map((item) => [item, ...bills.map((one) => dollars(usdOf(one, item)))]),
    ['Total', ...bills.map((one) => dollars(one.usd))],
  ];
}

/** A table in Markdown, aligned as Prettier aligns it: numbers to the right, texts to the left. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const columns = columnsOf(rows);
  const line = (cells: readonly string[]) => `| ${padded(cells, columns).join(' | ')} |`;
  const [head = [], ...body] = rows;
  const rule = columns.map(({ width, isNumbers }) =>
    isNumbers ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(head), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n');
}

/** A table for a terminal. */
export function plainTable(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = columnsOf(rows);
  return rows.map((cells) => padded(cells, columns).join('  '));
}

interface Column {
  readonly width: number;
  readonly isNumbers: boolean;
}

function columnsOf(rows: readonly (readonly string[])[]): readonly Column[] {
  const [head = [], ...body] = rows;
  return head.map((_, index) => ({
    width: Math.max(3, ...rows.map((cells) => cells[index]?.length ?? 0)),
    isNumbers: body.every((cells) => /^[\d.,]+$/.test(cells[index] ?? '')),
  }));
}

function padded(cells: readonly string[], columns: readonly Column[]): readonly string[] {
  return cells.map((cell, index) => {
    const { width = 0, isNumbers = false } = columns[index] ?? {};
    return isNumbers ? cell.padStart(width) : cell.padEnd(width);
  });
}

function usdOf(bill: MonthlyBill, item: string): number {
  return bill.lines.find((line) => line.item === item)?.usd ?? 0;
}

function headOf({ load: { requestsPerSecond } }: MonthlyBill): string {
  return requestsPerSecond === 0 ? 'idle' : `${requestsPerSecond.toLocaleString('en-US')} req/s`;
}

function dollars(usd: number): string {
  return usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
