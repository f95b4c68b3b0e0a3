import type { TemplateResource, TemplateDocument } from './template-document';

/** Dependencies between resources by `Ref`, `Fn::GetAtt`, `Fn::Sub` and `DependsOn`. */
export class Dependencies {
  readonly #direct: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(template: TemplateDocument) {
    this.#direct = new Map(
      template.resources.map((resource) => [
        resource.id,
        new Set([...needs(resource)].filter((id) => template.resource(id) !== undefined)),
      ]),
    );
  }

  /** Returns direct and indirect dependencies of a resource; the resource itself only if it is on a cycle. */
  of(id: string): ReadonlySet<string> {
    const found = new Set<string>();
    const visit = (from: string) => {
      for (const next of this.#direct.get(from) ?? []) {
        if (found.has(next)) continue;
        found.add(next);
        visit(next);
      }
    };
    visit(id);
    return found;
  }

  /** Resources on circular dependencies. */
  get onCycles(): readonly string[] {
    return [...this.#direct.keys()].filter((id) => this.of(id).has(id));
  }
}

function needs(resource: TemplateResource): Set<string> {
  const ids = new Set(resource.properties.mentions);
  for (const id of resource.entry.get('DependsOn').items) ids.add(id.text);
  return ids;
}
