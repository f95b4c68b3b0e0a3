/** Base of everything the local cloud refuses to do; `code` is stable, `message` is for people. */
export class LocalCloudError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A flag or environment variable with a value that cannot be used; lists every fault at once. */
export class InvalidOptionsError extends LocalCloudError {
  constructor(readonly faults: readonly string[]) {
    super('ERR_OPTIONS', faults.join('\n'));
  }
}

/** There is no cloud assembly, template or asset where one was named. */
export class AssemblyNotFoundError extends LocalCloudError {
  constructor(file: string, remedy: string, cause?: unknown) {
    super('ERR_ASSEMBLY_NOT_FOUND', `${file} does not exist. ${remedy}`, { cause });
  }
}

/** Two stacks of the same name, a name that no stack has, or nothing to run at all. */
export class StackSelectionError extends LocalCloudError {
  constructor(detail: string) {
    super('ERR_STACK_SELECTION', detail);
  }
}

/** A file of the assembly is there but does not say what it should. */
export class MalformedTemplateError extends LocalCloudError {
  constructor(file: string, detail: string, cause?: unknown) {
    super('ERR_TEMPLATE_MALFORMED', `${file}: ${detail}`, { cause });
  }
}

/** CloudFormation may know it, the local cloud does not: a macro, a loop, a nested stack. */
export class UnsupportedTemplateError extends LocalCloudError {
  constructor(
    readonly path: string,
    detail: string,
  ) {
    super('ERR_UNSUPPORTED_TEMPLATE', `${path}: ${detail}`);
  }
}

/** An `Fn::…` that CloudFormation or this program does not know. */
export class UnknownIntrinsicError extends LocalCloudError {
  constructor(
    readonly intrinsic: string,
    readonly path: string,
  ) {
    super('ERR_UNKNOWN_INTRINSIC', `${path}: the intrinsic function ${intrinsic} is not supported.`);
  }
}

/** An intrinsic function with arguments that CloudFormation would refuse. */
export class InvalidIntrinsicError extends LocalCloudError {
  constructor(
    readonly path: string,
    detail: string,
  ) {
    super('ERR_INVALID_INTRINSIC', `${path}: ${detail}`);
  }
}

/** A reference to a resource, attribute, parameter, mapping or condition that the template does not have. */
export class DanglingReferenceError extends LocalCloudError {
  constructor(
    readonly path: string,
    detail: string,
  ) {
    super('ERR_DANGLING_REFERENCE', `${path}: ${detail}`);
  }
}

/** Resources, conditions or stacks that need each other; CloudFormation refuses such a template. */
export class CircularDependencyError extends LocalCloudError {
  constructor(
    readonly cycle: readonly string[],
    between: 'resources' | 'conditions' | 'stacks' = 'resources',
  ) {
    super('ERR_CIRCULAR_DEPENDENCY', `Circular dependency between ${between}: ${cycle.join(' → ')}.`);
  }
}

/** Two stacks that export the same name; CloudFormation refuses the second. */
export class DuplicateExportError extends LocalCloudError {
  constructor(name: string, stacks: readonly string[]) {
    super('ERR_DUPLICATE_EXPORT', `The export ${name} is made by several stacks: ${stacks.join(', ')}.`);
  }
}

/** An assertion of a template's `Rules` that does not hold. */
export class RuleViolationError extends LocalCloudError {
  constructor(
    readonly path: string,
    detail: string,
  ) {
    super('ERR_RULE_VIOLATION', `${path}: ${detail}`);
  }
}

/** A template parameter without a value, or a value for a parameter that is not declared. */
export class ParameterError extends LocalCloudError {
  constructor(detail: string) {
    super('ERR_PARAMETER', detail);
  }
}

interface PropertyFault {
  readonly property: string;
  readonly detail: string;
}

class PropertyError extends LocalCloudError {
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

/** A resource that a request would pass through and that the local cloud cannot run. */
export class UnsupportedResourceError extends LocalCloudError {
  constructor(
    readonly logicalId: string,
    readonly type: string,
    detail: string,
  ) {
    super('ERR_UNSUPPORTED_RESOURCE', `${logicalId} (${type}): ${detail}`);
  }
}

/** Somebody else listens on the port. */
export class PortInUseError extends LocalCloudError {
  constructor(port: number, flag: string, cause?: unknown) {
    super(
      'ERR_PORT_IN_USE',
      `Port ${port} is in use. Stop what listens there, or choose another with ${flag} (0 = any free port).`,
      { cause },
    );
  }
}

/** The file that tells other programs where everything is cannot be written. */
export class StateFileError extends LocalCloudError {
  constructor(file: string, cause: NodeJS.ErrnoException) {
    super(
      'ERR_STATE_FILE',
      `${file} cannot be written (${cause.code ?? cause.message}). Name another file with --state-file.`,
      { cause },
    );
  }
}

/** The container's process ended, or never became healthy, before the local cloud was ready. */
export class ContainerStartError extends LocalCloudError {
  constructor(container: string, detail: string) {
    super('ERR_CONTAINER_START', `Container ${container}: ${detail}`);
  }
}
