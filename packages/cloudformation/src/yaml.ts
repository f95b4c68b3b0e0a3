import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Tags,
  type YAMLParseError,
} from 'yaml';
import { MalformedTemplateError } from './errors';

/** Short forms of intrinsic functions; `!Ref` and `!Condition` have no `Fn::` in their long form. */
const SHORT_FORMS = new Set(
  `And Base64 Cidr Contains EachMemberEquals EachMemberIn Equals FindInMap GetAZs GetAtt If ImportValue
  Join Length Not Or RefAll Select Split Sub ToJsonString Transform ValueOf ValueOfAll`.split(/\s+/),
);

/** Tags of YAML 1.1 that CloudFormation does not use: a date or `10:30` stays text. */
const LEFT_OUT = /timestamp|binary|omap|pairs|set$|merge/;
const SEXAGESIMAL = new Set(['TIME']);

function withoutForeignTags(tags: Tags): Tags {
  return tags.filter(
    (tag) =>
      typeof tag === 'string' || (!LEFT_OUT.test(tag.tag) && !SEXAGESIMAL.has(String(tag.format ?? ''))),
  );
}

function documentOf(text: string, lineCounter?: LineCounter): Document.Parsed {
  return parseDocument(text, {
    customTags: withoutForeignTags,
    ...(lineCounter && { lineCounter }),
    logLevel: 'silent',
    merge: false,
    prettyErrors: false,
    // CloudFormation accepts a duplicate key; the last value counts.
    uniqueKeys: false,
    version: '1.1',
  });
}

const isFlowIndent = ({ code, message }: YAMLParseError): boolean =>
  code === 'BAD_INDENT' && message.startsWith('Flow');

/** Indents the lines of lists and mappings in brackets that start left of their key, which CloudFormation accepts. */
function indentFlow(text: string): string {
  const indent = ' '.repeat(Math.max(0, ...[...text.matchAll(/^ +/gm)].map(([spaces]) => spaces.length)) + 1);
  for (let indented = text, at = 0; ;) {
    const error = documentOf(indented).errors.find(isFlowIndent);
    if (!error) return indented;
    const start = indented.lastIndexOf('\n', error.pos[0] - 1) + 1;
    if (start <= at) return text;
    indented = indented.slice(0, start) + indent + indented.slice(start);
    at = start;
  }
}

export interface YamlOptions {
  /** False for a file of `AWS::Include`, where CloudFormation accepts long forms only. Default: true. */
  readonly shortForms?: boolean;
}

/**
 * Parses YAML or JSON, and converts CloudFormation's short forms such as `!Ref` to their long form.
 *
 * @param file for messages, which name line and column
 * @throws {MalformedTemplateError} for invalid YAML, an alias, an unknown tag
 */
export function parseYaml(text: string, file: string, { shortForms = true }: YamlOptions = {}): unknown {
  let lines = new LineCounter();
  let document = documentOf(text, lines);
  if (document.errors.some(isFlowIndent)) {
    const indentedLines = new LineCounter();
    const indented = documentOf(indentFlow(text), indentedLines);
    if (indented.errors.length === 0) [document, lines] = [indented, indentedLines];
  }
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos: [offset], message }) => `${at(offset)}: ${message}`);
    throw new MalformedTemplateError(file, faults.join('; '));
  }
  const refuse = (node: Node, detail: string): never => {
    throw new MalformedTemplateError(file, `${at(node.range?.[0] ?? 0)}: ${detail}`);
  };

  const plain = (node: Node): unknown => {
    if (isMap(node)) {
      const entries = node.items.map(({ key, value }): [string, unknown] => {
        if (!isScalar(key)) return refuse(node, 'a key must be a scalar.');
        if (key.value === '<<') refuse(key, 'CloudFormation does not support merge keys (<<).');
        return [key.source ?? String(key.value), value ? content(value as Node) : null];
      });
      return Object.fromEntries(entries);
    }
    if (isSeq(node)) return node.items.map((item) => content(item as Node));
    return isScalar(node) ? node.value : refuse(node, 'expected a value, a list or a mapping.');
  };

  const content = (node: Node): unknown => {
    if (isAlias(node)) return refuse(node, `CloudFormation does not support aliases (*${node.source}).`);
    const { tag } = node as { tag?: string };
    const name = tag?.startsWith('!') ? tag.slice(1) : undefined;
    if (name === undefined) return plain(node);
    if (!shortForms)
      refuse(node, `AWS::Include does not support short forms such as !${name}. Write the long form.`);
    // A scalar with a tag is always text.
    const argument = isScalar(node) ? (node.source ?? String(node.value)) : plain(node);
    if (name === 'Ref' || name === 'Condition') return { [name]: argument };
    if (SHORT_FORMS.has(name)) return { [`Fn::${name}`]: argument };
    return refuse(node, `there is no intrinsic function !${name}.`);
  };

  return document.contents === null ? null : content(document.contents as Node);
}
