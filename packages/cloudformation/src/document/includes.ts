import { isRecord } from './value';

/** `Fn::Transform` with the macro AWS::Include. */
export interface Include {
  /** The mapping around `Fn::Transform`. */
  readonly holder: Record<string, unknown>;
  /** E.g. `Resources.Api.Properties.Body`. */
  readonly place: string;
  /** Of each file: its URI in S3, or a path, which `aws cloudformation package` uploads. */
  readonly locations: readonly unknown[];
}

/** Finds the files that a template includes, in the order of the template. */
export function* includesIn(value: unknown, place = ''): Generator<Include> {
  if (typeof value !== 'object' || value === null) return;
  if (isRecord(value) && value['Fn::Transform'] !== undefined) {
    const macros = [value['Fn::Transform']].flat();
    const locations = macros.flatMap((macro) =>
      isRecord(macro) && macro['Name'] === 'AWS::Include' && isRecord(macro['Parameters'])
        ? [macro['Parameters']['Location']]
        : [],
    );
    if (locations.length === macros.length) yield { holder: value, place, locations };
  }
  for (const [key, item] of Object.entries(value))
    yield* includesIn(item, place === '' ? key : `${place}.${key}`);
}

/** Replaces `Fn::Transform` by the contents of the files; other keys of the mapping stay. */
export function insertIncluded(holder: Include['holder'], contents: readonly object[]): void {
  Reflect.deleteProperty(holder, 'Fn::Transform');
  Object.assign(holder, ...contents);
}
