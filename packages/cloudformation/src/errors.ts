/** Base class of every error that a user can cause. `code` is stable; `message` says what happened, where and what to do. */
export class CodedError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** There is no cloud assembly, template or asset where one was named. */
export class AssemblyNotFoundError extends CodedError {
  constructor(file: string, remedy: string, cause?: unknown) {
    super('ERR_ASSEMBLY_NOT_FOUND', `${file} does not exist. ${remedy}`, { cause });
  }
}

/** Two stacks of the same name, a name that no stack has, or nothing to run at all. */
export class StackSelectionError extends CodedError {
  constructor(detail: string) {
    super('ERR_STACK_SELECTION', detail);
  }
}

/** A file of the assembly is there but does not say what it should. */
export class MalformedTemplateError extends CodedError {
  constructor(file: string, detail: string, cause?: unknown) {
    super('ERR_TEMPLATE_MALFORMED', `${file}: ${detail}`, { cause });
  }
}

/** CloudFormation may know it, the local cloud does not: a macro, a loop, a nested stack. */
export class UnsupportedTemplateError extends CodedError {
  constructor(
    readonly path: string,
    detail: string,
  ) {
    super('ERR_UNSUPPORTED_TEMPLATE', `${path}: ${detail}`);
  }
}

/** An `Fn::…` that CloudFormation or this program does not know. */
export class UnknownIntrinsicError extends CodedError {
  constructor(
    readonly intrinsic: string,
    readonly path: string,
  ) {
    super('ERR_UNKNOWN_INTRINSIC', `${path}: the intrinsic function ${intrinsic} is not supported.`);
  }
}

/** An intrinsic function with arguments that CloudFormation would refuse. */
export class InvalidIntrinsicError extends CodedError {
  constructor(
    readonly path: string,
    detail: string,
  ) {
    super('ERR_INVALID_INTRINSIC', `${path}: ${detail}`);
  }
}

/** A reference to a resource, attribute, parameter, mapping or condition that the template does not have. */
export class DanglingReferenceError extends CodedError {
  constructor(
    readonly path: string,
    detail: string,
  ) {
    super('ERR_DANGLING_REFERENCE', `${path}: ${detail}`);
  }
}

/** Resources, conditions or stacks that need each other; CloudFormation refuses such a template. */
export class CircularDependencyError extends CodedError {
  constructor(
    readonly cycle: readonly string[],
    between: 'resources' | 'conditions' | 'stacks' = 'resources',
  ) {
    super('ERR_CIRCULAR_DEPENDENCY', `Circular dependency between ${between}: ${cycle.join(' → ')}.`);
  }
}

/** Two stacks that export the same name; CloudFormation refuses the second. */
export class DuplicateExportError extends CodedError {
  constructor(name: string, stacks: readonly string[]) {
    super('ERR_DUPLICATE_EXPORT', `The export ${name} is made by several stacks: ${stacks.join(', ')}.`);
  }
}

/** An assertion of a template's `Rules` that does not hold. */
export class RuleViolationError extends CodedError {
  constructor(
    readonly path: string,
    detail: string,
  ) {
    super('ERR_RULE_VIOLATION', `${path}: ${detail}`);
  }
}

/** A template parameter without a value, or a value for a parameter that is not declared. */
export class ParameterError extends CodedError {
  constructor(detail: string) {
    super('ERR_PARAMETER', detail);
  }
}

interface PropertyFault {
  readonly property: string;
  readonly detail: string;
}

class PropertyError extends CodedError {
  constructor(
    code: string,
    readonly logicalId: string,
    readonly type: string,
    readonly faults: readonly PropertyFault[],
  ) {
    super(
      code,
      faults.map(({ property, detail }) => `${logicalId} (${type}) ${property}: ${detail}`).join('\n'),
    );
  }
}

/** AWS may know the property, the local cloud does not: running on would show something AWS does not do. */
export class UnsupportedPropertyError extends PropertyError {
  constructor(logicalId: string, type: string, faults: readonly PropertyFault[]) {
    super('ERR_UNSUPPORTED_PROPERTY', logicalId, type, faults);
  }
}

/** AWS would refuse the value of the property. */
export class InvalidPropertyError extends PropertyError {
  constructor(logicalId: string, type: string, faults: readonly PropertyFault[]) {
    super('ERR_INVALID_PROPERTY', logicalId, type, faults);
  }
}

interface FaultyResource {
  readonly logicalId: string;
  readonly type: string;
}

/** @throws UnsupportedPropertyError */
export function unsupportedProperty(
  { logicalId, type }: FaultyResource,
  property: string,
  detail: string,
): never {
  throw new UnsupportedPropertyError(logicalId, type, [{ property, detail }]);
}

/** @throws InvalidPropertyError */
export function invalidProperty(
  { logicalId, type }: FaultyResource,
  property: string,
  detail: string,
): never {
  throw new InvalidPropertyError(logicalId, type, [{ property, detail }]);
}
