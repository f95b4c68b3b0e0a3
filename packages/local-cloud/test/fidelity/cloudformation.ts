import type { LedgerRow } from './ledger-row';

/** Observable behavior of CloudFormation: nested stacks and included files. */
export const CLOUDFORMATION_ROWS: readonly LedgerRow[] = [
  {
    id: 'CN-NS-01',
    behavior:
      'A nested stack gets its parameters from the stack around it, which uses its outputs by `Fn::GetAtt`',
    source: 'cfn:aws-resource-cloudformation-stack, documented, sure',
    difference:
      'the template must be on this machine: an asset of the CDK, or a path, which `aws cloudformation package` uploads',
  },
  {
    id: 'CN-NS-02',
    behavior:
      'The name of a nested stack consists of the name of the stack around it, its logical id and 12 letters and digits',
    source: 'cfn:using-cfn-nested-stacks, documented, sure',
  },
  {
    id: 'CN-EX-01',
    behavior:
      '`Fn::ImportValue` is the value of an export of another stack; without that export there is no deployment',
    source: 'cfn:intrinsic-function-reference-importvalue, documented, sure',
    difference:
      'without it, a start refuses the properties that use it, unless `--attribute <export>=<value>` sets it; properties without effect may use it',
  },
  {
    id: 'CN-IN-01',
    behavior:
      '`Fn::Transform` of `AWS::Include` inserts the content of a file beside the other keys of the mapping; functions in it are resolved, short forms are not supported',
    source: 'cfn:transform-aws-include, documented, sure',
    difference:
      'the file must be on this machine: an asset of the CDK, or a path, which `aws cloudformation package` uploads; an include at the top of a template is refused',
  },
];
