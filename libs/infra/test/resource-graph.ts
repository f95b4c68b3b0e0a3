/** Which resources each resource of a template needs: by Ref, Fn::GetAtt, Fn::Sub and DependsOn. */
export type ResourceGraph = ReadonlyMap<string, ReadonlySet<string>>;

interface TemplateJson {
  readonly Resources?: Record<string, unknown>;
}

/** Reads the graph off a template. */
export function resourceGraph(template: TemplateJson): ResourceGraph {
  const resources = template.Resources ?? {};
  const ids = new Set(Object.keys(resources));
  return new Map(
    Object.entries(resources).map(([id, resource]) => [
      id,
      new Set([...mentioned(resource)].filter((other) => ids.has(other))),
    ]),
  );
}

/** Everything `from` needs, directly or through others; `from` itself only if it is on a cycle. */
export function reachable(graph: ResourceGraph, from: string): Set<string> {
  const found = new Set<string>();
  const visit = (id: string) => {
    for (const next of graph.get(id) ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(from);
  return found;
}

/** The resources that need themselves. */
export function onCycles(graph: ResourceGraph): string[] {
  return [...graph.keys()].filter((id) => reachable(graph, id).has(id));
}

function* mentioned(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* mentioned(item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === 'Ref' && typeof item === 'string') yield item;
      else if (key === 'Fn::GetAtt') yield String(Array.isArray(item) ? item[0] : item).split('.')[0] ?? '';
      else if (key === 'DependsOn') yield* [item].flat().map(String);
      else if (key === 'Fn::Sub') {
        for (const [, id = ''] of JSON.stringify(item).matchAll(/\$\{([^!.}]+)/g)) yield id;
        yield* mentioned(item);
      } else yield* mentioned(item);
    }
  }
}
