import { resolve } from 'node:path';
import { defineCommand } from '@spa-on-aws/nx';
import { assembly, stage } from '@spa-on-aws/nx';
import type { Terminal } from '@spa-on-aws/nx';
import { template } from '../command-options';
import { readStack, readTemplate } from '@spa-on-aws/cloudformation';
import { costOfStage, USUAL_LOADS, type CostReport } from './cost';
import { ASSUMED } from './load';
import { INSTANCES, PRICES, PRICES_AS_OF, PRICES_REGION, stepsInWords, type Price } from './prices';
import { costRows, markdownTable, plainTable } from './table';

/** `nx cost infra` */
export const cost = defineCommand({
  name: 'cost',
  summary: `Says what a stage costs a month, idle and under load, computed from the synthesized template's resources with prices of ${PRICES_REGION} as of ${PRICES_AS_OF}. It needs no account.`,
  options: {
    stage,
    assembly,
    template,
    requests: {
      type: 'string',
      placeholder: 'numbers',
      default: USUAL_LOADS.join(','),
      summary: 'requests to the API a second, all month long, one column for each; 0 is idle',
      variable: 'INFRA_REQUESTS',
      problem: (text) =>
        loadsIn(text) ? undefined : `'${text}' are no numbers of requests: write them as 0,1,10,1000`,
    },
    'without-free': {
      type: 'boolean',
      summary: 'as if other stacks of the account used up what AWS gives every account for nothing',
      variable: 'INFRA_WITHOUT_FREE',
    },
    details: {
      type: 'boolean',
      summary: 'show quantities, and each price with its source',
      variable: 'INFRA_DETAILS',
    },
    markdown: { type: 'boolean', summary: 'print the table in Markdown', variable: 'INFRA_MARKDOWN' },
  },
  examples: [
    { command: 'npx nx cost infra', description: 'stage dev' },
    { command: 'npx nx cost infra --requests=0,50', description: 'idle, and under 50 requests a second' },
    { command: 'npx nx cost infra -c prod --details', description: 'stage prod, with prices and sources' },
  ],
  async run(values, { terminal, directory }) {
    const stack =
      values.template === undefined
        ? readStack(resolve(directory, values.assembly), values.stage)
        : readTemplate(resolve(values.template));
    const report = costOfStage(
      stack.template,
      loadsIn(values.requests) ?? USUAL_LOADS,
      !values['without-free'],
    );
    if (values.markdown) terminal.print(markdownTable(costRows(report)));
    else printCost(terminal, stack.name, report);
    if (values.details) printDetails(terminal, report);
  },
});

function printCost(terminal: Terminal, name: string, report: CostReport): void {
  const [head = '', ...rows] = plainTable(costRows(report));
  terminal.print(
    `${terminal.paint('bold', name)}: prices of ${PRICES_REGION} as of ${PRICES_AS_OF}, not read off a bill\n`,
  );
  terminal.print(terminal.paint('dim', head));
  for (const row of rows.slice(0, -1)) terminal.print(row);
  terminal.print(terminal.paint('bold', rows.at(-1) ?? ''));
  const remarks = new Set(report.bills.flatMap((bill) => bill.remarks));
  for (const remark of remarks) terminal.print(`\n${terminal.paint('yellow', '!')} ${remark}`);
  terminal.print('\nNot in these numbers:');
  for (const what of report.unpriced) terminal.print(`- ${what}`);
}

function printDetails(terminal: Terminal, report: CostReport): void {
  for (const { load, lines } of report.bills) {
    terminal.print(`\n${terminal.paint('bold', `${load.requestsPerSecond} requests a second`)}`);
    for (const { item, quantity, usd } of lines) terminal.print(`  ${item}: ${usd.toFixed(2)} = ${quantity}`);
  }
  terminal.print(`\n${terminal.paint('bold', 'Taken for granted')}`);
  for (const [name, value] of Object.entries(ASSUMED)) terminal.print(`  ${name}: ${value}`);
  terminal.print(`\n${terminal.paint('bold', 'Prices and where they were read')}`);
  const prices: readonly Price[] = [
    ...Object.values(PRICES),
    ...[...INSTANCES.values()].map((one) => one.price),
  ];
  for (const price of prices) {
    const { what, unit, free, page, read } = price;
    const gratis = free === undefined ? '' : `, ${free.toLocaleString('en-US')} a month free`;
    terminal.print(`  ${what}: $${stepsInWords(price)} per ${unit}${gratis}\n    ${page} (${read})`);
  }
}

function loadsIn(text: string): readonly number[] | undefined {
  const numbers = text
    .split(',')
    .map((part) => (/^\d+(?:\.\d+)?$/.test(part.trim()) ? Number(part) : Number.NaN));
  return numbers.some(Number.isNaN) ? undefined : numbers;
}
