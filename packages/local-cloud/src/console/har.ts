import { z } from 'zod';
import { BadRequestError } from './bad-request';
import type { BodyView, HeaderField, MessageView } from './message-view';
import { queryNames, redactBody, redactHeader, redactText } from './redaction';
import type { ListedRequest, RequestView } from './request-view';

/** A request of a HAR file, which the page shows like a logged one. Its id is negative. */
export type ImportedRequest = RequestView & ListedRequest;

const MAX_TEXT = 16_384;

/** Returns requests in the HTTP Archive format 1.2. Values that the console hides are hidden; `_localCloud` has the hops. */
export function toHar(requests: readonly RequestView[]): object {
  return {
    log: {
      version: '1.2',
      creator: { name: 'local-cloud', version: '1' },
      entries: requests.map((view) => {
        const { at, durationMs, method, path, origin, status, request, response } = view;
        const query = view.queryNames.map((name) => ({ name, value: '' }));
        const target = query.length === 0 ? path : `${path}?${query.map(({ name }) => `${name}=`).join('&')}`;
        return {
          startedDateTime: new Date(Date.parse(at) - durationMs).toISOString(),
          time: durationMs,
          request: {
            method,
            url: `${origin}${target}`,
            httpVersion: 'HTTP/1.1',
            cookies: [],
            headers: toNamed(request.headers),
            queryString: query,
            headersSize: -1,
            bodySize: request.body?.size ?? 0,
            ...(request.body && { postData: { mimeType: request.body.type, text: request.body.text ?? '' } }),
          },
          response: {
            status,
            statusText: '',
            httpVersion: 'HTTP/1.1',
            cookies: [],
            headers: toNamed(response.headers),
            content: {
              size: response.body?.size ?? 0,
              mimeType: response.body?.type ?? '',
              ...(response.body?.text !== undefined && { text: response.body.text }),
            },
            redirectURL: response.headers.find(([name]) => /^location$/i.test(name))?.[1] ?? '',
            headersSize: -1,
            bodySize: response.body?.size ?? 0,
          },
          cache: {},
          timings: { send: 0, wait: durationMs, receive: 0 },
          _localCloud: Own.parse(view),
        };
      }),
    },
  };
}

const toNamed = (headers: readonly HeaderField[]): object[] =>
  headers.map(([name, value]) => ({ name, value }));

/** Fields of a request that HAR has no place for. */
const Own = z.object({
  via: z.enum(['distribution', 'execute-api', 'function-url', 'invoke-api', 'sign-in']),
  title: z.string(),
  switches: z.array(z.string()),
  cookieNames: z.array(z.string()),
  explanation: z
    .object({ id: z.string(), title: z.string(), text: z.string(), whatToDo: z.string() })
    .optional(),
  hops: z.array(
    z.object({
      service: z.string(),
      event: z.string(),
      note: z.string(),
      fromMs: z.number(),
      atMs: z.number(),
      facts: z.record(z.string(), z.string()),
      headers: z.array(
        z.object({
          on: z.enum(['request', 'response']),
          op: z.enum(['added', 'changed', 'removed']),
          name: z.string(),
          value: z.string().optional(),
          by: z.string(),
        }),
      ),
      token: z
        .object({
          kind: z.string(),
          summary: z.string(),
          claims: z.array(z.object({ name: z.string(), value: z.string(), meaning: z.string() })),
        })
        .optional(),
      deciding: z.boolean(),
    }),
  ),
  requestPath: z.array(z.string()),
  logLines: z.array(
    z.object({
      container: z.string(),
      level: z.string().optional(),
      message: z.string(),
      fields: z.record(z.string(), z.unknown()),
    }),
  ),
});

const NONE: z.output<typeof Own> = {
  via: 'distribution',
  title: '',
  switches: [],
  cookieNames: [],
  hops: [],
  requestPath: [],
  logLines: [],
};

const Headers = z.array(z.object({ name: z.string(), value: z.string() }));

/** The parts of a HAR file that the page shows; browsers and proxies write more. */
const HarFile = z.object({
  log: z.object({
    entries: z.array(
      z.object({
        startedDateTime: z.iso.datetime({ offset: true }),
        time: z.number().min(0),
        request: z.object({
          method: z.string(),
          url: z.url(),
          headers: Headers,
          postData: z.object({ mimeType: z.string(), text: z.string().optional() }).optional(),
        }),
        response: z.object({
          status: z.int(),
          headers: Headers,
          content: z.object({
            size: z.number(),
            mimeType: z.string().optional(),
            text: z.string().optional(),
            encoding: z.string().optional(),
          }),
        }),
        _localCloud: Own.optional(),
      }),
    ),
  }),
});

/** Reads the requests of a HAR file, without secrets, newest first. @throws BadRequestError */
export function fromHar(har: unknown): ImportedRequest[] {
  const result = HarFile.safeParse(har);
  if (!result.success) {
    const [fault] = result.error.issues;
    throw new BadRequestError(
      400,
      `Not a HAR file: ${fault?.path.join('.') ?? ''}: ${fault?.message ?? ''}.`,
    );
  }
  return result.data.log.entries
    .map(({ startedDateTime, time, request, response, _localCloud: own = NONE }, index): ImportedRequest => {
      const url = new URL(request.url);
      const { content } = response;
      const text = content.encoding === undefined ? content.text : undefined;
      const sent = messageOf(request.headers, request.postData?.mimeType, request.postData?.text);
      const received = messageOf(response.headers, content.mimeType, text, content.size);
      return {
        ...NONE,
        ...own,
        explanation: own.explanation,
        hops: own.hops.map((hop) => ({
          ...hop,
          token: hop.token,
          headers: hop.headers.map((change) => ({ ...change, value: change.value })),
        })),
        logLines: own.logLines.map((line) => ({ ...line, level: line.level })),
        id: -1 - index,
        at: new Date(Math.ceil(Date.parse(startedDateTime) + time)).toISOString(),
        method: request.method,
        origin: url.origin,
        path: redactText(url.pathname),
        queryNames: queryNames(url.search.slice(1)),
        status: response.status,
        durationMs: Math.round(time * 10) / 10,
        request: sent,
        response: received,
        services: [...new Set(own.hops.map(({ service }) => service))],
        events: [...new Set(own.hops.map(({ event }) => event))],
        explanationId: own.explanation?.id ?? '',
        headers: [...sent.headers, ...received.headers].map((field) => field.join(': ')),
      };
    })
    .sort((a, b) => b.at.localeCompare(a.at));
}

function messageOf(
  headers: z.output<typeof Headers>,
  type = '',
  text?: string,
  size = Buffer.byteLength(text ?? ''),
): MessageView {
  const kept = text === undefined || text === '' ? undefined : redactBody(type, text.slice(0, MAX_TEXT));
  const body: BodyView = { type, size, text: kept, isComplete: (text ?? '').length <= MAX_TEXT };
  return {
    headers: headers.map(({ name, value }) => [redactText(name), redactHeader(name, value)]),
    body: size > 0 ? body : undefined,
  };
}
