import { painter, type Paint } from '../report';
import type { CostReport, MonthlyBill } from './cost';
import { ASSUMED } from './load';
import { planFor } from './plans';
import { type PriceSource, SNAPSHOT_ONLY } from './price-list';
import { ALL_PRICES, stepsInWords } from './prices';

export interface RenderCostOptions {
  readonly color?: boolean;
  /** Adds quantities, assumptions, and prices with their sources. */
  readonly details?: boolean;
  /** Formats only the table and the source of the prices, in Markdown. */
  readonly markdown?: boolean;
  /** Prices of the report. Default: the snapshot. */
  readonly prices?: PriceSource;
}

export function renderCost(stackName: string, report: CostReport, options: RenderCostOptions = {}): string {
  const { color = false, details = false, markdown = false, prices = SNAPSHOT_ONLY } = options;
  const paint = painter(color);
  const text = markdown
    ? [markdownTable(costRows(report)), '', prices.line, ...unreadLines(report)]
    : [`${paint('bold', stackName)}: estimate`, prices.line, ...costLines(report, paint)];
  return [...text, ...(details ? detailLines(report, prices, paint) : [])].join('\n');
}

function unreadLines({ unread }: CostReport): string[] {
  const lines = unread.map((name) => `- all resources of nested stack ${name}`);
  return lines.length > 0 ? ['', 'Not included:', '', ...lines] : [];
}

function costLines(report: CostReport, paint: Paint): string[] {
  const [head = '', ...rows] = plainTable(costRows(report));
  const remarks = new Set(report.bills.flatMap((bill) => bill.remarks));
  return [
    '',
    paint('dim', head),
    ...rows.slice(0, -1),
    paint('bold', rows.at(-1) ?? ''),
    ...[...remarks, report.plans].flatMap((remark) => ['', `${paint('yellow', '!')} ${remark}`]),
    '',
    'Not included:',
    ...report.unpriced.map((what) => `- ${what}`),
  ];
}

function detailLines({ bills }: CostReport, { current }: PriceSource, paint: Paint): string[] {
  return [
    ...bills.flatMap(({ load, lines }) => [
      '',
      paint('bold', `${load.requestsPerSecond} requests per second`),
      ...lines.map(({ item, quantity, usd }) => `  ${item}: ${usd.toFixed(2)} = ${quantity}`),
    ]),
    '',
    paint('bold', 'Assumptions'),
    ...Object.entries(ASSUMED).map(([name, value]) => `  ${name}: ${value}`),
    '',
    paint('bold', 'Prices and their sources'),
    ...ALL_PRICES.map((price) => current.get(price) ?? price).flatMap((price) => {
      const free = price.free === undefined ? '' : `, ${price.free.toLocaleString('en-US')} a month free`;
      return [
        `  ${price.what}: $${stepsInWords(price)} per ${price.unit}${free}`,
        `    ${price.page} (${price.read})`,
      ];
    }),
  ];
}

/** Parses loads such as `0,1,10`; `undefined` when one is not a number. */
export function parseRequests(text: string): readonly number[] | undefined {
  const numbers = text.split(',').map((part) => (/^\d+(?:\.\d+)?$/.test(part.trim()) ? Number(part) : NaN));
  return numbers.some(Number.isNaN) ? undefined : numbers;
}

/** Returns the rows of a cost table: a head, a row for each item, the total, and the total with a flat-rate plan of CloudFront. */
export function costRows({ bills }: CostReport): readonly (readonly string[])[] {
  const items = [...new Set(bills.flatMap((one) => one.lines.map((line) => line.item)))];
  // Items that cost nothing under every load are left out.
  const shown = items.filter((item) => bills.some((one) => usdOf(one, item) >= 0.005));
  return [
    ['US dollars per month', ...bills.map((one) => headOf(one))],
    ...shown.map((item) => [item, ...bills.map((one) => dollars(usdOf(one, item)))]),
    ...(items.includes('CloudFront') ? [['Total with a CloudFront plan', ...bills.map(totalWithPlan)]] : []),
    ['Total', ...bills.map((one) => dollars(one.usd))],
  ];
}

/** Returns a total with the cheapest plan that includes the traffic. A plan includes the web ACL; the storage of logs stays counted. */
function totalWithPlan(bill: MonthlyBill): string {
  const plan = planFor(bill.load);
  return plan
    ? dollars(bill.usd - usdOf(bill, 'CloudFront') - usdOf(bill, 'Web ACL of CloudFront') + plan.usd)
    : '–';
}

/** Formats a table in Markdown, aligned as Prettier does: numbers right, text left. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const columns = columnsOf(rows);
  const line = (cells: readonly string[]) => `| ${padded(cells, columns).join(' | ')} |`;
  const [head = [], ...body] = rows;
  const rule = columns.map(({ width, isNumbers }) =>
    isNumbers ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(head), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n');
}

/** Formats a table for a terminal. */
function plainTable(rows: readonly (readonly string[])[]): readonly string[] {
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
    isNumbers: body.every((cells) => /^(?:[\d.,]+|–)$/.test(cells[index] ?? '')),
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
