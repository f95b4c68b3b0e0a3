/** Decodes the payload of a token without verifying it. */
export function payloadOf(token: unknown): Record<string, unknown> {
  return JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

/** Decodes the header of a token as text. */
export function headerTextOf(token: unknown): string {
  return Buffer.from(String(token).split('.')[0] ?? '', 'base64url').toString();
}
