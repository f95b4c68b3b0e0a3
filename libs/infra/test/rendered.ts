/** Renders a template value as a string: `{"Ref": "X"}` becomes `${X}`, and `Fn::Join` is joined. */
export function rendered(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  const [name, argument] = Object.entries(value)[0] ?? ['', undefined];
  switch (name) {
    case 'Ref':
      return `\${${String(argument)}}`;
    case 'Fn::GetAtt':
      return `\${${(argument as string[]).join('.')}}`;
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(rendered).join(separator);
    }
    default:
      return JSON.stringify(value);
  }
}
