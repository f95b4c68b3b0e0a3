export { type CliContext, runTemplateChecks } from './cli';
export { costOf, type CostOptions, type CostReport, DEFAULT_LOADS } from './cost/cost';
export {
  costRows,
  markdownTable,
  parseRequests,
  renderCost,
  type RenderCostOptions,
} from './cost/cost-report';
export { ASSUMED } from './cost/load';
export { type PriceList, PriceListError, type PriceQuery } from './cost/price-list';
export { ALL_PRICES, PRICES_AS_OF, PRICES_REGION, stepsInWords } from './cost/prices';
export { renderReport, toJsonReport } from './report';
export { type CheckedStack, type Finding, GROUPS, type Outcome, type Rule, UnknownRuleError } from './rule';
export { RULES } from './rules';
export { toSarif } from './sarif';
export { verifyTemplate, type VerifyOptions, type VerifyReport } from './verify';
