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

/** A table in Markdown, aligned as Prettier aligns it: text to the left, numbers to the right. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = columnWidths(rows);
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => padded(cell, widths[index] ?? 0, index)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  const rule = widths.map((width, index) => (index === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n');
}

/** A table for a terminal. */
export function plainTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = columnWidths(rows);
  return rows.map((cells) => cells.map((cell, index) => padded(cell, widths[index] ?? 0, index)).join('  '));
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

function columnWidths(rows: readonly (readonly string[])[]): readonly number[] {
  const [head = []] = rows;
  return head.map((_, index) => Math.max(3, ...rows.map((cells) => cells[index]?.length ?? 0)));
}

function padded(cell: string, width: number, index: number): string {
  return index === 0 ? cell.padEnd(width) : cell.padStart(width);
}
