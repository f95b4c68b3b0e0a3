import type { Value } from './value';

/** How long what CloudFormation puts in a placeholder's place can become, in characters. */
const LONGEST: Readonly<Record<string, number>> = {
  'AWS::AccountId': 12,
  // ap-southeast-1, us-isob-east-1
  'AWS::Region': 14,
  'AWS::Partition': 10,
  // amazonaws.com.cn
  'AWS::URLSuffix': 16,
  'AWS::StackName': 128,
};

/** Length of a physical name or id CloudFormation makes up, and of anything else: more than any of ours. */
const UNKNOWN = 64;

/** Upper bound of a text's length after the deployment has filled it in. */
export function longestLength(value: Value): number {
  let length = 0;
  const literal = value.filled((name) => {
    length += LONGEST[name] ?? (isPartOfStackId(name) ? STACK_ID_PART : UNKNOWN);
    return '';
  });
  return literal.length + length;
}

/** The longest group of hexadecimal digits of a stack's UUID. */
const STACK_ID_PART = 12;

/** A group of the stack id's UUID: the id split at slashes, and then at hyphens. */
function isPartOfStackId(name: string): boolean {
  return (
    name.includes('AWS::StackId') && name.includes('"Fn::Split":["/"') && name.includes('"Fn::Split":["-"')
  );
}
