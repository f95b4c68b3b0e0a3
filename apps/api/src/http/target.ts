/** What a request line asks for. */
export interface Target {
  /** Before the `?`, as it is sent. */
  readonly path: string;
  /** After the `?`; empty without one. */
  readonly search: string;
}

/** Reads the target of a request: a path with its query, or as proxies have it with the origin before (RFC 9112, 3.2). */
export function targetOf(url: string): Target {
  const local = url.startsWith('/') || !URL.canParse(url) ? url : withoutOrigin(new URL(url));
  const mark = local.indexOf('?');
  return mark < 0
    ? { path: local, search: '' }
    : { path: local.slice(0, mark), search: local.slice(mark + 1) };
}

function withoutOrigin({ pathname, search }: URL): string {
  return pathname + search;
}
