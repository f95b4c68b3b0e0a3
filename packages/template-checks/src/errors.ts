import { OperationError } from '@spa-on-aws/nx';

/** A template does not obey all rules; the report has been printed. */
export class RulesBroken extends OperationError {
  override readonly code = 'ERR_RULES_BROKEN';
}
