import { Value } from './value';

/** Entry of a template's `Resources`. */
export interface TemplateResource {
  /** The logical id. */
  readonly id: string;
  readonly type: string;
  /** `Resources.{id}`. */
  readonly path: string;
  readonly properties: Value;
  /** The whole entry with `DependsOn`, `DeletionPolicy`, `UpdatePolicy`, … */
  readonly entry: Value;
}

/** Any CloudFormation template, unresolved. */
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

  resource(id: string | undefined): TemplateResource | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** Returns all resources of some types, in template order. */
  ofType(...types: readonly string[]): readonly TemplateResource[] {
    return this.resources.filter((resource) => types.includes(resource.type));
  }

  /** Returns the resource to which a value refers, if it has one of the types. */
  referred(value: Value, ...types: readonly string[]): TemplateResource | undefined {
    const resource = this.resource(value.reference?.id);
    return resource && (types.length === 0 || types.includes(resource.type)) ? resource : undefined;
  }

  /** Returns the first resource of one of the types to which a value refers at any depth. */
  mentioned(value: Value | undefined, ...types: readonly string[]): TemplateResource | undefined {
    const ids = [...(value?.mentions ?? [])];
    return ids.map((id) => this.resource(id)).find((one) => one && types.includes(one.type));
  }

  section(name: string): Value {
    return new Value(this.json, '').get(name).at(name);
  }
}
