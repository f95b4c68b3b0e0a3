import {
  CHECKED_TYPES,
  creationFaults,
  InvalidPropertyError,
  type Stack,
  Value,
} from '@spa-on-aws/cloudformation';

/** Checks the resources that CloudFront refuses to create. @throws InvalidPropertyError with all faults of a resource */
export function assertCreatable(stack: Stack): void {
  for (const type of CHECKED_TYPES) {
    for (const { logicalId, properties } of stack.ofType(type)) {
      const faults = creationFaults(type, new Value(properties, '')).map(({ value, problem, remedy }) => ({
        property: value.path.slice(1),
        detail: `${problem}. AWS refuses to create it. ${remedy}`,
      }));
      if (faults.length > 0) throw new InvalidPropertyError(logicalId, type, faults);
    }
  }
}
