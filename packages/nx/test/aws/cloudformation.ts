import { type Response, queryResponse, ServiceError } from './response';
import type { FakeS3 } from './s3';

/** Attributes of a resource that the fake reads. */
interface TemplateResource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: { readonly BucketName?: { readonly Ref?: string } };
}

/** A stack of the fake CloudFormation. */
export interface FakeStack {
  readonly id: string;
  readonly name: string;
  status: string;
  terminationProtection: boolean;
  template: string;
  outputs: Record<string, string>;
  tags: Record<string, string>;
  /** Status of each resource, by logical id. */
  resources: Map<string, { readonly type: string; readonly physicalId: string; status: string }>;
  readonly events: FakeEvent[];
}

/** An event of a stack or, with `logicalId`, of one of its resources. */
interface FakeEvent {
  readonly id: string;
  readonly status: string;
  readonly at: Date;
  readonly reason?: string;
  readonly logicalId?: string;
}

/** A change set of a stack. */
interface ChangeSet {
  readonly id: string;
  readonly stack: FakeStack;
  readonly template: string;
  readonly tags: Record<string, string>;
}

const IN_PROGRESS_MS = 300;

/** Fake CloudFormation that deploys every template within a moment. */
export class FakeCloudFormation {
  readonly stacks = new Map<string, FakeStack>();
  readonly #changeSets = new Map<string, ChangeSet>();

  /** Duration of a deployment or deletion. */
  inProgressMs = IN_PROGRESS_MS;

  constructor(
    private readonly readObject: (url: string) => string,
    private readonly outputsOf: (stack: FakeStack) => Record<string, string>,
    /** Object storage: CloudFormation cannot delete a bucket that has objects. */
    private readonly buckets: Pick<FakeS3, 'objects'>,
  ) {}

  /** Resources that CloudFormation fails to create, with the reason, by logical id. */
  readonly uncreatable = new Map<string, string>();

  /** Findings of CloudFormation's validation before a deployment: the place in the template, by logical id. */
  readonly invalid = new Map<string, { readonly path: string; readonly finding: string }>();

  /** Resources that CloudFormation fails to delete, with the reason, by logical id. */
  readonly undeletable = new Map<string, string>();

  /** Names of stacks that the credentials cannot describe. */
  readonly hidden = new Set<string>();

  /** Happens while a stack is deleted. */
  whileDeleting: (stack: FakeStack) => void = () => undefined;

  /** Adds a deployed stack. */
  deployed(name: string, template: object, more: Partial<FakeStack> = {}): FakeStack {
    const stack = this.#newStack(name);
    this.#record(stack, 'CREATE_IN_PROGRESS', 'User Initiated');
    this.#deploy(stack, JSON.stringify(template), 'CREATE');
    return Object.assign(stack, more);
  }

  respond(operation: string, form: URLSearchParams): Response {
    const handler = this.#handlers[operation];
    if (!handler) throw new ServiceError('InvalidAction', `fake CloudFormation has no ${operation}`);
    return queryResponse(operation, handler(form) as never);
  }

  readonly #handlers: Readonly<Record<string, (form: URLSearchParams) => unknown>> = {
    DescribeStacks: (form) => ({ Stacks: { member: [describe(this.#find(form))] } }),
    ListStacks: () => ({
      StackSummaries: {
        member: [...this.stacks.values()].map(({ id, name, status }) => ({
          StackId: id,
          StackName: name,
          StackStatus: status,
          CreationTime: '2026-11-01T10:00:00Z',
        })),
      },
    }),
    ListStackResources: (form) => ({
      StackResourceSummaries: {
        member: [...this.#find(form).resources].map(([logicalId, { type, physicalId, status }]) => ({
          LogicalResourceId: logicalId,
          PhysicalResourceId: physicalId,
          ResourceType: type,
          ResourceStatus: status,
          LastUpdatedTimestamp: '2026-11-01T10:00:00Z',
        })),
      },
    }),
    GetTemplate: (form) => {
      const { status, template } = this.#find(form);
      // The template of a stack under review is in its change set.
      return { TemplateBody: status === 'REVIEW_IN_PROGRESS' ? '' : template };
    },
    DescribeStackEvents: (form) => {
      const stack = this.#find(form);
      return {
        StackEvents: {
          member: [...stack.events].reverse().map(({ id, status, at, reason, logicalId = stack.name }) => {
            const resource = stack.resources.get(logicalId);
            return {
              StackId: stack.id,
              StackName: stack.name,
              EventId: id,
              LogicalResourceId: logicalId,
              PhysicalResourceId: resource?.physicalId ?? stack.id,
              ResourceType: resource?.type ?? 'AWS::CloudFormation::Stack',
              ResourceStatus: status,
              ResourceStatusReason: reason,
              Timestamp: at.toISOString(),
            };
          }),
        },
      };
    },
    CreateChangeSet: (form) => {
      const name = form.get('StackName') ?? '';
      const stack = this.#existing(name) ?? this.#newStack(name);
      const template = form.get('TemplateBody') ?? this.readObject(form.get('TemplateURL') ?? '');
      const id = `arn:aws:cloudformation:eu-central-1:123456789012:changeSet/${form.get('ChangeSetName')}/1`;
      this.#changeSets.set(id, { id, stack, template, tags: tagsOf(form) });
      return { Id: id, StackId: stack.id };
    },
    DescribeChangeSet: (form) => {
      const { id, stack } = this.#changeSet(form);
      const status = {
        Status: 'FAILED',
        ExecutionStatus: 'UNAVAILABLE',
        StatusReason:
          'The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.',
      };
      return {
        ChangeSetId: id,
        ChangeSetName: form.get('ChangeSetName') ?? '',
        StackId: stack.id,
        StackName: stack.name,
        ...(this.invalid.size > 0 ? status : { Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' }),
        Changes: { member: [{ Type: 'Resource' }] },
      };
    },
    DescribeEvents: (form) => {
      const { stack } = this.#changeSet(form);
      return {
        OperationEvents: {
          member: [...this.invalid].map(([logicalId, { path, finding }]) => ({
            EventId: `${stack.name}-${logicalId}`,
            EventType: 'VALIDATION_ERROR',
            StackId: stack.id,
            LogicalResourceId: logicalId,
            ValidationName: 'PROPERTY_VALIDATION',
            ValidationStatus: 'FAILED',
            ValidationFailureMode: 'FAIL',
            ValidationPath: path,
            ValidationStatusReason: finding,
          })),
        },
      };
    },
    DeleteChangeSet: (form) => {
      const changeSet = this.#findChangeSet(form);
      if (changeSet) this.#changeSets.delete(changeSet.id);
      return {};
    },
    ExecuteChangeSet: (form) => {
      const { stack, template, tags } = this.#changeSet(form);
      stack.tags = tags;
      const kind = stack.status === 'REVIEW_IN_PROGRESS' ? 'CREATE' : 'UPDATE';
      this.#start(stack, template, kind);
      return {};
    },
    CreateStack: (form) => {
      const name = form.get('StackName') ?? '';
      if (this.#existing(name))
        throw new ServiceError('AlreadyExistsException', `Stack [${name}] already exists`);
      return { StackId: this.#start(this.#newStack(name), form.get('TemplateBody') ?? '', 'CREATE') };
    },
    UpdateStack: (form) => {
      const stack = this.#find(form);
      const template = form.get('TemplateBody') ?? '';
      if (template === stack.template)
        throw new ServiceError('ValidationError', 'No updates are to be performed.');
      return { StackId: this.#start(stack, template, 'UPDATE') };
    },
    UpdateTerminationProtection: (form) => {
      const stack = this.#find(form);
      stack.terminationProtection = form.get('EnableTerminationProtection') === 'true';
      return { StackId: stack.id };
    },
    DeleteStack: (form) => {
      const stack = this.#find(form);
      if (stack.terminationProtection) {
        throw new ServiceError(
          'ValidationError',
          `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
        );
      }
      this.#record(stack, 'DELETE_IN_PROGRESS', 'User Initiated');
      this.whileDeleting(stack);
      setTimeout(() => this.#delete(stack), this.inProgressMs);
      return {};
    },
  };

  #newStack(name: string): FakeStack {
    const stack: FakeStack = {
      id: `arn:aws:cloudformation:eu-central-1:123456789012:stack/${name}/0a1b2c3d-0000-0000-0000-00000000000${this.stacks.size}`,
      name,
      status: 'REVIEW_IN_PROGRESS',
      terminationProtection: false,
      template: '{"Resources":{}}',
      outputs: {},
      tags: {},
      resources: new Map(),
      events: [],
    };
    this.stacks.set(stack.id, stack);
    return stack;
  }

  #start(stack: FakeStack, template: string, kind: 'CREATE' | 'UPDATE'): string {
    this.#record(stack, `${kind}_IN_PROGRESS`, 'User Initiated');
    setTimeout(() => this.#deploy(stack, template, kind), this.inProgressMs);
    return stack.id;
  }

  #deploy(stack: FakeStack, template: string, kind: 'CREATE' | 'UPDATE'): void {
    const { Resources } = JSON.parse(template) as { Resources: Record<string, TemplateResource> };
    stack.template = template;
    stack.resources = new Map(
      Object.entries(Resources).map(([logicalId, { Type }]) => [
        logicalId,
        { type: Type, physicalId: `${stack.name}-${logicalId}`.toLowerCase(), status: `${kind}_COMPLETE` },
      ]),
    );
    const failed = [...this.uncreatable].filter(([logicalId]) => stack.resources.has(logicalId));
    for (const logicalId of stack.resources.keys()) {
      this.#event(stack, `${kind}_IN_PROGRESS`, undefined, logicalId);
      if (!this.uncreatable.has(logicalId)) this.#event(stack, `${kind}_COMPLETE`, undefined, logicalId);
    }
    if (failed.length > 0) return this.#rollBack(stack, Resources, failed, kind);
    stack.outputs = this.outputsOf(stack);
    this.#record(stack, `${kind}_COMPLETE`);
  }

  /** Deletes what was created, except what the deletion policy retains. */
  #rollBack(
    stack: FakeStack,
    resources: Readonly<Record<string, TemplateResource>>,
    failed: readonly [logicalId: string, reason: string][],
    kind: 'CREATE' | 'UPDATE',
  ): void {
    for (const [logicalId, reason] of failed) this.#event(stack, `${kind}_FAILED`, reason, logicalId);
    const rollback = kind === 'CREATE' ? 'ROLLBACK' : 'UPDATE_ROLLBACK';
    const ids = failed.map(([logicalId]) => logicalId).join(', ');
    this.#record(
      stack,
      `${rollback}_IN_PROGRESS`,
      `The following resource(s) failed to create: [${ids}]. Rollback requested by user.`,
    );
    for (const [logicalId, resource] of stack.resources) {
      if (kind === 'UPDATE') continue;
      const isRetained =
        resources[logicalId]?.DeletionPolicy === 'Retain' && !this.uncreatable.has(logicalId);
      resource.status = isRetained ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE';
      this.#event(stack, resource.status, undefined, logicalId);
    }
    this.#record(stack, `${rollback}_COMPLETE`);
  }

  #delete(stack: FakeStack): void {
    const { Resources } = JSON.parse(stack.template) as { Resources: Record<string, TemplateResource> };
    const emptiedByHandler = Object.values(Resources)
      .filter(({ Type }) => Type === 'Custom::S3AutoDeleteObjects')
      .map(({ Properties }) => Properties?.BucketName?.Ref);
    const failed: string[] = [];
    for (const [logicalId, resource] of stack.resources) {
      const isFull =
        resource.type === 'AWS::S3::Bucket' &&
        Resources[logicalId]?.DeletionPolicy !== 'Retain' &&
        !emptiedByHandler.includes(logicalId) &&
        this.buckets.objects(resource.physicalId).size > 0;
      const reason =
        this.undeletable.get(logicalId) ??
        (isFull ? 'The bucket you tried to delete is not empty (Service: S3, Status Code: 409)' : undefined);
      this.#event(stack, 'DELETE_IN_PROGRESS', undefined, logicalId);
      resource.status = reason === undefined ? 'DELETE_COMPLETE' : 'DELETE_FAILED';
      this.#event(stack, resource.status, reason, logicalId);
      if (reason !== undefined) failed.push(logicalId);
    }
    if (failed.length === 0) this.#record(stack, 'DELETE_COMPLETE');
    else
      this.#record(
        stack,
        'DELETE_FAILED',
        `The following resource(s) failed to delete: [${failed.join(', ')}]. `,
      );
  }

  #record(stack: FakeStack, status: string, reason?: string): void {
    stack.status = status;
    this.#event(stack, status, reason);
  }

  #event(stack: FakeStack, status: string, reason?: string, logicalId?: string): void {
    const id = `${stack.name}-${stack.events.length}`;
    stack.events.push({
      id,
      status,
      at: new Date(),
      ...(reason !== undefined && { reason }),
      ...(logicalId !== undefined && { logicalId }),
    });
  }

  #existing(name: string): FakeStack | undefined {
    return (
      this.stacks.get(name) ??
      [...this.stacks.values()].find((stack) => stack.name === name && stack.status !== 'DELETE_COMPLETE')
    );
  }

  #find(form: URLSearchParams): FakeStack {
    const name = form.get('StackName') ?? '';
    if (this.hidden.has(name)) throw new ServiceError('AccessDenied', 'User is not authorized', 403);
    const stack = this.#existing(name);
    if (!stack) throw new ServiceError('ValidationError', `Stack with id ${name} does not exist`);
    return stack;
  }

  #changeSet(form: URLSearchParams): ChangeSet {
    const changeSet = this.#findChangeSet(form);
    if (changeSet) return changeSet;
    throw new ServiceError(
      'ChangeSetNotFound',
      `ChangeSet [${form.get('ChangeSetName')}] does not exist`,
      404,
    );
  }

  #findChangeSet(form: URLSearchParams): ChangeSet | undefined {
    const name = form.get('ChangeSetName') ?? '';
    const stack = this.#existing(form.get('StackName') ?? '');
    return [...this.#changeSets.values()].find(
      (one) => one.id === name || (one.stack === stack && one.id.includes(`/${name}/`)),
    );
  }
}

function describe(stack: FakeStack): Record<string, unknown> {
  return {
    StackId: stack.id,
    StackName: stack.name,
    StackStatus: stack.status,
    CreationTime: '2026-11-01T10:00:00Z',
    LastUpdatedTime: stack.events.findLast(({ status }) => status === 'UPDATE_IN_PROGRESS')?.at.toISOString(),
    EnableTerminationProtection: stack.terminationProtection,
    Tags: { member: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })) },
    Outputs: {
      member: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    },
  };
}

/** Reads the tags of a request: `Tags.member.1.Key=…&Tags.member.1.Value=…`. */
function tagsOf(form: URLSearchParams): Record<string, string> {
  const tags = [...form].flatMap(([name, key]) => {
    const [, index] = /^Tags\.member\.(\d+)\.Key$/.exec(name) ?? [];
    return index === undefined ? [] : [[key, form.get(`Tags.member.${index}.Value`) ?? ''] as const];
  });
  return Object.fromEntries(tags);
}
