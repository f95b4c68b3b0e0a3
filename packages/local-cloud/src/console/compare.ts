import type { HeaderField, MessageView } from './message-view';
import type { RequestView } from './request-view';

/** Something of two requests beside each other; empty where a request does not have it. */
export interface ComparedRow {
  readonly label: string;
  readonly left: string;
  readonly right: string;
}

export interface ComparedGroup {
  readonly title: string;
  readonly rows: readonly ComparedRow[];
}

/** Compares two requests: answers, what each service did, tokens, headers and bodies. */
export function compareRequests(left: RequestView, right: RequestView): ComparedGroup[] {
  const group = (title: string, valuesOf: (request: RequestView) => Entries): ComparedGroup => ({
    title,
    rows: align(valuesOf(left), valuesOf(right)),
  });
  return [
    group('Answer', ({ status, durationMs, explanation, response }) => [
      ['Status', String(status)],
      ['Duration', `${durationMs} ms`],
      ['Explanation', explanation ? `${explanation.title}: ${explanation.text}` : ''],
      ['Body', bodyText(response)],
    ]),
    group('Request', ({ method, path, queryNames, via, switches, request }) => [
      ['Method', method],
      ['Path', path],
      ['Query', queryNames.map((name) => `${name}=…`).join('&')],
      ['Entry point', via],
      ['Active faults', switches.join(', ')],
      ['Body', bodyText(request)],
    ]),
    group('What happened', ({ hops }) =>
      hops.map(({ service, event, note }) => [`${service}\n${event}`, note]),
    ),
    group('Token', ({ hops }) => {
      const token = hops.find((hop) => hop.token)?.token;
      return token
        ? [['Type', token.kind], ...token.claims.map(({ name, value }) => [name, value] as const)]
        : [];
    }),
    group('Request headers', ({ request }) => byLowerCase(request.headers)),
    group('Response headers', ({ response }) => byLowerCase(response.headers)),
  ].map((each) => ({
    ...each,
    rows: each.rows.map((row) => ({ ...row, label: row.label.split('\n', 1)[0] ?? '' })),
  }));
}

type Entries = readonly (readonly [label: string, value: string])[];

/** Puts entries with the same label beside each other, the first with the first, in the order of the left side. */
function align(left: Entries, right: Entries): ComparedRow[] {
  const rest = [...right];
  const rows = left.map(([label, value]) => {
    const at = rest.findIndex((entry) => entry[0] === label);
    const [other] = at < 0 ? [] : rest.splice(at, 1);
    return { label, left: value, right: other?.[1] ?? '' };
  });
  const all = [...rows, ...rest.map(([label, value]) => ({ label, left: '', right: value }))];
  return all.filter((row) => row.left !== '' || row.right !== '');
}

const byLowerCase = (headers: readonly HeaderField[]): Entries =>
  headers.map(([name, value]) => [name.toLowerCase(), value] as const).sort(([a], [b]) => a.localeCompare(b));

const bodyText = ({ body }: MessageView): string =>
  body ? (body.text ?? `${body.size} bytes`) + (body.isComplete || body.text === undefined ? '' : ' …') : '';
