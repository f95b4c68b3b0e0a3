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

/** A cloud assembly, template or asset does not exist. */
export class AssemblyNotFoundError extends CodedError {
  constructor(file: string, remedy: string, cause?: unknown) {
    super('ERR_ASSEMBLY_NOT_FOUND', `${file} does not exist. ${remedy}`, { cause });
  }
}

/** Two stacks have the same name, no stack has the selected name, or there is no stack. */
export class StackSelectionError extends CodedError {
  constructor(detail: string) {
    super('ERR_STACK_SELECTION', detail);
  }
}

/** A file of an assembly, or a template, has wrong content. */
export class MalformedTemplateError extends CodedError {
  constructor(file: string, detail: string, cause?: unknown) {
    super('ERR_TEMPLATE_MALFORMED', `${file}: ${detail}`, { cause });
  }
}

/** Error at a place in a template. */
class PlaceError extends CodedError {
  static readonly code: string = 'ERR_TEMPLATE';

  constructor(
    readonly path: string,
    detail: string,
  ) {
    super(new.target.code, `${path}: ${detail}`);
  }

  /** The resource at the place; `undefined` elsewhere. With several stacks `Stack.LogicalId`. */
  get logicalId(): string | undefined {
    const [, stackName, id] = /^(?:([\w-]+): )?Resources\.(\w+)/.exec(this.path) ?? [];
    return stackName === undefined ? id : `${stackName}.${id ?? ''}`;
  }
}

/** A template feature that this package does not resolve: a macro, a loop, a nested stack. */
export class UnsupportedTemplateError extends PlaceError {
  static override readonly code = 'ERR_UNSUPPORTED_TEMPLATE';
}

/** Unknown intrinsic function (`Fn::…`). */
export class UnknownIntrinsicError extends CodedError {
  constructor(
    readonly intrinsic: string,
    readonly path: string,
  ) {
    super('ERR_UNKNOWN_INTRINSIC', `${path}: the intrinsic function ${intrinsic} is not supported.`);
  }
}

/** Intrinsic function with arguments that CloudFormation rejects. */
export class InvalidIntrinsicError extends PlaceError {
  static override readonly code = 'ERR_INVALID_INTRINSIC';
}

/** Reference to a resource, attribute, parameter, mapping or condition that is not in the template. */
export class DanglingReferenceError extends PlaceError {
  static override readonly code = 'ERR_DANGLING_REFERENCE';
}

/** Resources, conditions or stacks that depend on each other; CloudFormation rejects such a template. */
export class CircularDependencyError extends CodedError {
  constructor(
    readonly cycle: readonly string[],
    between: 'resources' | 'conditions' | 'stacks' = 'resources',
  ) {
    super('ERR_CIRCULAR_DEPENDENCY', `Circular dependency between ${between}: ${cycle.join(' → ')}.`);
  }
}

/** Two stacks export the same name; CloudFormation rejects the second. */
export class DuplicateExportError extends CodedError {
  constructor(name: string, stacks: readonly string[]) {
    super('ERR_DUPLICATE_EXPORT', `Several stacks have the export ${name}: ${stacks.join(', ')}.`);
  }
}

/** A failed assertion of a template's `Rules`. */
export class RuleViolationError extends PlaceError {
  static override readonly code = 'ERR_RULE_VIOLATION';
}

/** A parameter without value. */
export interface MissingParameter {
  readonly stackName: string;
  readonly name: string;
  /** A made-up value that keeps the constraints of the parameter, if possible. */
  readonly sample: string;
}

/** A parameter without a valid value, or a value for an undeclared parameter. */
export class ParameterError extends CodedError {
  /** @param missing parameters without which the stack cannot be resolved, when nothing else is wrong */
  constructor(
    detail: string,
    readonly missing: readonly MissingParameter[] = [],
  ) {
    super('ERR_PARAMETER', detail);
  }
}

/** A fault of a property. */
interface PropertyFault {
  readonly property: string;
  readonly detail: string;
  /** Command-line option, with a sample value, with which the template would run. */
  readonly flag?: string | undefined;
}

class PropertyError extends CodedError {
  static readonly code: string = 'ERR_PROPERTY';

  constructor(
    readonly logicalId: string,
    readonly type: string,
    readonly faults: readonly PropertyFault[],
  ) {
    const lines = faults.map(({ property, detail }) => `${logicalId} (${type}) ${property}: ${detail}`);
    super(new.target.code, lines.join('\n'));
  }
}

/** A property that is not in the schema. It is an error, because to ignore it could give other behavior than AWS. */
export class UnsupportedPropertyError extends PropertyError {
  static override readonly code = 'ERR_UNSUPPORTED_PROPERTY';
}

/** AWS would reject the value of the property. */
export class InvalidPropertyError extends PropertyError {
  static override readonly code = 'ERR_INVALID_PROPERTY';
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
  flag?: string,
): never {
  throw new UnsupportedPropertyError(logicalId, type, [{ property, detail, flag }]);
}

/** @throws InvalidPropertyError */
export function invalidProperty(
  { logicalId, type }: FaultyResource,
  property: string,
  detail: string,
): never {
  throw new InvalidPropertyError(logicalId, type, [{ property, detail }]);
}
