/** Text that a function wrote, without what looks like a token: a trace is shown to people. */
export function withoutTokens(text: string): string {
  return text
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*(\.[\w-]*){0,2}/g, '(token)')
    .replace(/\b(Bearer|Basic) [\w.~+/=-]+/gi, '$1 (not shown)');
}
