/**
 * JSONPath of mapping templates, with the results of Jayway JsonPath, which API Gateway uses: a definite path has a
 * value, an indefinite one a list. A filter on an object tests the object itself, and `==` compares numbers with text.
 */

type Step = { readonly isDeep: boolean } & (
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'all' }
  | { readonly kind: 'filter'; readonly test: Filter }
);

export interface JsonPathQuery {
  readonly steps: readonly Step[];
  readonly isDefinite: boolean;
}

type Operand =
  | { readonly kind: 'path'; readonly ofRoot: boolean; readonly query: JsonPathQuery }
  | { readonly kind: 'literal'; readonly value: unknown };

type Filter =
  | { readonly kind: 'or' | 'and'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'exists'; readonly operand: Operand }
  | { readonly kind: 'compare'; readonly operator: string; readonly operands: readonly [Operand, Operand] };

/** Values that one query may visit. */
export const MAX_VISITS = 100_000;

/** A query visited too many values. */
export class JsonPathLimitError extends Error {}

class SyntaxProblem extends Error {}

/** Parses a JSONPath; `undefined`: it has a step or function that is not supported. */
export function parseJsonPath(text: string): JsonPathQuery | undefined {
  const parser = new Parser(text.trim());
  try {
    parser.expect(/\$/y);
    const query = parser.query();
    return parser.isAtEnd ? query : undefined;
  } catch (error) {
    if (error instanceof SyntaxProblem) return undefined;
    throw error;
  }
}

class Parser {
  #at = 0;

  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    return this.#at === this.text.length;
  }

  /** @param pattern sticky */
  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text) ?? undefined;
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  expect(pattern: RegExp): RegExpExecArray {
    const match = this.#take(pattern);
    if (!match) throw new SyntaxProblem();
    return match;
  }

  query(): JsonPathQuery {
    const steps: Step[] = [];
    while (/[.[]/.test(this.text[this.#at] ?? '')) steps.push(this.#step());
    const isDefinite = steps.every(
      (step) =>
        !step.isDeep && (step.kind === 'name' || (step.kind === 'indexes' && step.indexes.length === 1)),
    );
    return { steps, isDefinite };
  }

  #step(): Step {
    const isDeep = this.#take(/\.\./y) !== undefined;
    if (isDeep || this.#take(/\.(?!\[)/y)) {
      if (this.#take(/\*/y)) return { kind: 'all', isDeep };
      // Functions such as length() are not supported.
      const [name] = this.#take(/[\w-]+(?![\w(-])/y) ?? [];
      if (name !== undefined) return { kind: 'name', name, isDeep };
      if (!isDeep) throw new SyntaxProblem();
    }
    this.expect(/\[\s*/y);
    const step = this.#bracket(isDeep);
    this.expect(/\s*\]/y);
    return step;
  }

  #bracket(isDeep: boolean): Step {
    if (this.#take(/\*/y)) return { kind: 'all', isDeep };
    const [, single, double] = this.#take(/'([^'\\]*)'|"([^"\\]*)"/y) ?? [];
    const name = single ?? double;
    if (name !== undefined) return { kind: 'name', name, isDeep };
    if (this.#take(/\?\s*(?=\()/y)) return { kind: 'filter', test: this.#unary(), isDeep };
    // Jayway applies `..[0].name` to all items.
    if (isDeep) throw new SyntaxProblem();
    const slice = this.#take(/(-?\d+)?\s*:\s*(-?\d+)?(?!\s*:)/y);
    const bound = (digits: string | undefined) => (digits === undefined ? undefined : Number(digits));
    if (slice) return { kind: 'slice', from: bound(slice[1]), to: bound(slice[2]), isDeep };
    const [list] = this.expect(/-?\d+(?:\s*,\s*-?\d+)*/y);
    return { kind: 'indexes', indexes: list.split(',').map(Number), isDeep };
  }

  #or(): Filter {
    const of = [this.#and()];
    while (this.#take(/\s*\|\|\s*/y)) of.push(this.#and());
    return { kind: 'or', of };
  }

  #and(): Filter {
    const of = [this.#unary()];
    while (this.#take(/\s*&&\s*/y)) of.push(this.#unary());
    return { kind: 'and', of };
  }

  #unary(): Filter {
    if (this.#take(/\s*!\s*/y)) return { kind: 'not', of: this.#unary() };
    if (!this.#take(/\s*\(\s*/y)) return this.#comparison();
    const inner = this.#or();
    this.expect(/\s*\)/y);
    return inner;
  }

  #comparison(): Filter {
    const left = this.#operand();
    const [, operator] = this.#take(/\s*(==|!=|<=|>=|<|>)\s*/y) ?? [];
    if (operator !== undefined) return { kind: 'compare', operator, operands: [left, this.#operand()] };
    if (left.kind === 'literal') throw new SyntaxProblem();
    return { kind: 'exists', operand: left };
  }

  #operand(): Operand {
    const [root] = this.#take(/[@$]/y) ?? [];
    if (root !== undefined) return { kind: 'path', ofRoot: root === '$', query: this.query() };
    const [text, single, double] = this.expect(
      /'([^'\\]*)'|"([^"\\]*)"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:true|false|null)\b/y,
    );
    return { kind: 'literal', value: single ?? double ?? (JSON.parse(text) as unknown) };
  }
}

/**
 * Returns the result of a query; `undefined`: there is none.
 *
 * @throws JsonPathLimitError after {@link MAX_VISITS}
 */
export function evaluateJsonPath(query: JsonPathQuery, root: unknown): unknown {
  return new Evaluation(root).result(query, root);
}

class Evaluation {
  #visits = 0;

  constructor(private readonly root: unknown) {}

  result({ steps, isDefinite }: JsonPathQuery, start: unknown): unknown {
    let nodes: readonly unknown[] = [start];
    let isOne = true;
    for (const step of steps) {
      if (isOne && !step.isDeep && !fits(step, nodes[0])) return undefined;
      const from = step.isDeep ? nodes.flatMap((node) => [...this.#descendants(node)]) : nodes;
      nodes = from.flatMap((node) => this.#visited(this.#children(step, node)));
      isOne &&=
        !step.isDeep && (step.kind === 'name' || (step.kind === 'indexes' && step.indexes.length === 1));
      if (isOne && nodes.length === 0) return undefined;
    }
    return isDefinite ? nodes[0] : nodes;
  }

  #visited(nodes: readonly unknown[]): readonly unknown[] {
    this.#visits += 1 + nodes.length;
    if (this.#visits > MAX_VISITS) throw new JsonPathLimitError();
    return nodes;
  }

  *#descendants(node: unknown): Generator<unknown> {
    if (typeof node !== 'object' || node === null) return;
    yield node;
    for (const child of this.#visited(Object.values(node))) yield* this.#descendants(child);
  }

  #children(step: Step, node: unknown): readonly unknown[] {
    if (typeof node !== 'object' || node === null) return [];
    const isList = Array.isArray(node);
    switch (step.kind) {
      case 'name':
        return !isList && Object.hasOwn(node, step.name)
          ? [(node as Record<string, unknown>)[step.name]]
          : [];
      case 'indexes':
        return step.indexes.flatMap((index) => {
          const at = isList && index < 0 ? node.length + index : index;
          return isList && at >= 0 && at < node.length ? [node[at] as unknown] : [];
        });
      case 'slice':
        return isList ? (node as unknown[]).slice(step.from, step.to) : [];
      case 'all':
        return Object.values(node);
      case 'filter': {
        const tested: readonly unknown[] = !isList ? [node] : step.isDeep ? [] : node;
        return this.#visited(tested).filter((one) => this.#passes(step.test, one));
      }
    }
  }

  #passes(test: Filter, node: unknown): boolean {
    switch (test.kind) {
      case 'or':
        return test.of.some((one) => this.#passes(one, node));
      case 'and':
        return test.of.every((one) => this.#passes(one, node));
      case 'not':
        return !this.#passes(test.of, node);
      case 'exists':
        return this.#value(test.operand, node) !== undefined;
      case 'compare': {
        const [left, right] = test.operands.map((operand) => this.#value(operand, node));
        return compare(test.operator, left, right);
      }
    }
  }

  #value(operand: Operand, node: unknown): unknown {
    if (operand.kind === 'literal') return operand.value;
    return this.result(operand.query, operand.ofRoot ? this.root : node);
  }
}

/** Tells whether the only value before a step has a type to which the step applies; otherwise there is no result. */
function fits({ kind }: Step, node: unknown): boolean {
  if (kind === 'indexes' || kind === 'slice') return Array.isArray(node);
  return kind !== 'filter' || (typeof node === 'object' && node !== null);
}

function compare(operator: string, left: unknown, right: unknown): boolean {
  if (operator === '==') return isEqual(left, right);
  if (operator === '!=') return !isEqual(left, right);
  const areComparable =
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string');
  if (!areComparable) return false;
  const [a, b] = [left, right] as [number, number];
  return operator === '<' ? a < b : operator === '<=' ? a <= b : operator === '>' ? a > b : a >= b;
}

function isEqual(left: unknown, right: unknown): boolean {
  if (left === undefined || right === undefined) return false;
  if (typeof left === 'number' && typeof right === 'string')
    return right.trim() !== '' && left === Number(right);
  if (typeof left === 'string' && typeof right === 'number') return left === String(right);
  if (typeof left === 'object' || typeof right === 'object')
    return JSON.stringify(left) === JSON.stringify(right);
  return left === right;
}
