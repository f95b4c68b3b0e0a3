/** Response of a service. */
export interface Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Error response of a service. */
export class ServiceError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml };

/** Converts an object to XML elements; an array repeats its element. */
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

/** Returns a response of AWS's query protocol. */
export function queryResponse(operation: string, result: Xml): Response {
  const body = { [`${operation}Result`]: result, ResponseMetadata: { RequestId: 'test' } };
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: toXml({ [`${operation}Response`]: body }),
  };
}

/** Returns a response of AWS's JSON protocol. */
export function jsonResponse(result: unknown): Response {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(result),
  };
}
