import { Value } from './value';

/** One entry of a template's `Resources`. */
export interface TemplateResource {
  /** The logical id. */
  readonly id: string;
  readonly type: string;
  /** `Resources.{id}`. */
  readonly path: string;
  readonly properties: Value;
  /** Everything of the entry: `DependsOn`, `DeletionPolicy`, `UpdatePolicy` and the rest. */
  readonly entry: Value;
}

/** A synthesized CloudFormation template, read only. */
export class TemplateDocument {
  readonly resources: readonly TemplateResource[];
  readonly #byId: ReadonlyMap<string, TemplateResource>;

  constructor(readonly json: unknown) {
    this.resources = this.section('Resources').entries.map(([id, entry]) => ({
      id,
      type: entry.get('Type').text,
      path: entry.path,
      properties: entry.get('Properties'),
      entry,
    }));
    this.#byId = new Map(this.resources.map((resource) => [resource.id, resource]));
  }

  /** The resource with a logical id. */
  resource(id: string | undefined): TemplateResource | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** All resources of some types, in the template's order. */
  ofType(...types: readonly string[]): readonly TemplateResource[] {
    return this.resources.filter((resource) => types.includes(resource.type));
  }

  /** The resource a value refers to, if it has one of the types. */
  referred(value: Value, ...types: readonly string[]): TemplateResource | undefined {
    const resource = this.resource(value.reference?.id);
    return resource && (types.length === 0 || types.includes(resource.type)) ? resource : undefined;
  }

  /** A section of the template other than its resources. */
  section(name: string): Value {
    return new Value(this.json, '').get(name).at(name);
  }
}
