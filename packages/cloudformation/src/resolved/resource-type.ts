/** What a resource type needs to know of a resource to give it names: nothing is created for it. */
export interface ResourceIdentity {
  readonly logicalId: string;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  readonly urlSuffix: string;
  /** An id that depends on stack and logical id only, so it is the same at every start. */
  id(length: number, alphabet?: string): string;
  /** A top-level property of the resource, resolved, in AWS's own names; `undefined` when absent. */
  property(name: string): unknown;
}

/** The return values of a resource type, as its page in the CloudFormation template reference lists them. */
export interface ResourceType {
  /** What `Ref` gives. */
  ref(resource: ResourceIdentity): string;
  /** What `Fn::GetAtt` gives, by attribute name. */
  readonly attributes: Readonly<Record<string, (resource: ResourceIdentity) => unknown>>;
}

/** Resource types by name, e.g. `AWS::S3::Bucket`. */
export type ResourceTypes = Readonly<Record<string, ResourceType>>;
