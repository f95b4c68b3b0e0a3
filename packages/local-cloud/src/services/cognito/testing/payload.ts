/** What a token says, unverified. */
export function payloadOf(token: unknown): Record<string, unknown> {
  return JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

/** The token's header as its text. */
export function headerTextOf(token: unknown): string {
  return Buffer.from(String(token).split('.')[0] ?? '', 'base64url').toString();
}
