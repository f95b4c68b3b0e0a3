declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** A server that behaves like DynamoDB, with its tables in memory. */
  export default function dynalite(options: { readonly createTableMs: number }): Server;
}
