import { decode, splitOnce, splitQuery } from '../../../http/message';
import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import { type ParameterMapping, type Payload, resolveSource } from '../model/parameter-mapping';
import { reject } from './call';
import type { HeaderEdits } from './integration-headers';

/** Parameters of the request to a backend, by name. */
export interface RequestParameters {
  readonly header: Map<string, { readonly value: string; readonly by: string; readonly isSecret: boolean }>;
  /** `isGreedy`: slashes stay. */
  readonly path: Map<string, { readonly value: string; readonly isGreedy: boolean }>;
  readonly querystring: Map<string, readonly string[]>;
}

const SECRET = /\.(authorization|cookie|x-api-key)$/i;

/** Returns the mapped parameters that have a value. @param payload body of a custom integration */
export function mapParameters(
  parameters: readonly ParameterMapping[],
  call: Call,
  payload?: Payload,
): RequestParameters {
  const mapped: RequestParameters = { header: new Map(), path: new Map(), querystring: new Map() };
  for (const { location, name, source } of parameters) {
    const variable = 'variable' in source ? source.variable : undefined;
    const [, multiple] = /^method\.request\.multivaluequerystring\.(.+)$/.exec(variable ?? '') ?? [];
    if (location === 'querystring' && multiple !== undefined) {
      mapped.querystring.set(name, call.query.get(multiple) ?? []);
      continue;
    }
    const value = resolveSource(source, call, payload);
    if (value === undefined) continue;
    if (location === 'querystring') mapped.querystring.set(name, [value]);
    else if (location === 'path') {
      const parameter = variable?.replace('method.request.path.', '') ?? '';
      mapped.path.set(name, { value, isGreedy: call.route?.resource.pathPart === `{${parameter}+}` });
    } else {
      const from = variable ?? ('body' in source ? 'the body' : 'a literal');
      const isSecret = SECRET.test(from);
      const by = isSecret
        ? `from ${from}, value not shown`
        : `RequestParameters of the integration, from ${from}`;
      mapped.header.set(name, { value, by, isSecret });
    }
  }
  return mapped;
}

/** Row AG-HD-12. */
const NOT_MAPPABLE = new Set(['content-length', 'transfer-encoding']);

/** @throws CallRejectedError for a header that cannot be mapped */
export function setHeaders(edits: HeaderEdits, headers: RequestParameters['header'], call: Call): void {
  for (const [name, { value, by, isSecret }] of headers) {
    if (NOT_MAPPABLE.has(name.toLowerCase()))
      reject(call, GATEWAY_ERRORS.internal, 'integration.header-not-mappable', { name });
    if (isSecret) edits.setSecret(name, value, by);
    else edits.set(name, value, by);
  }
}

/** Fills the path parameters of a URI; one without a value stays unchanged (row AG-PX-01). */
export function fillPath(path: string, parameters: RequestParameters['path']): string {
  return path.replace(/\{([\w.$-]+)\}/g, (placeholder, name: string) => {
    const { value, isGreedy } = parameters.get(name) ?? {};
    if (value === undefined) return placeholder;
    return isGreedy ? value.split('/').map(encodeSegment).join('/') : encodeSegment(value);
  });
}

/** Row AG-PX-02: encodes again, whatever the client had encoded. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(/%(?:3A|40|24|26|2B|2C|3B|3D)/g, decodeURIComponent);
}

/** Joins the query of the URI, the client's query and the mapped parameters (row AG-PX-03). */
export function fillQuery(own: string, sent: string, parameters: RequestParameters['querystring']): string {
  const isMapped = (part: string): boolean => (parameters.get(decode(splitOnce(part)[0])) ?? []).length > 0;
  return [
    ...splitQuery(own),
    ...splitQuery(sent).filter((part) => !isMapped(part)),
    ...[...parameters].flatMap(([name, values]) =>
      values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
    ),
  ].join('&');
}
