/** What a service answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An error as a service reports it. */
export class ServiceError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** A request as the services see it. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml };

/** An object as XML elements; an array repeats its element. */
export function toXml(value: Xml, name?: string): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one: Xml) => toXml(one, name)).join('');
  const content =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([key, one]) => toXml(one, key))
          .join('')
      : String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return name === undefined ? content : `<${name}>${content}</${name}>`;
}

/** The answer of a service that speaks AWS's query protocol. */
export function queryAnswer(operation: string, result: Xml): Answer {
  const body = { [`${operation}Result`]: result, ResponseMetadata: { RequestId: 'test' } };
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: toXml({ [`${operation}Response`]: body }),
  };
}

/** The answer of a service that speaks JSON. */
export function jsonAnswer(result: unknown): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(result),
  };
}
