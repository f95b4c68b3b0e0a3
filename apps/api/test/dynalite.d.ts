declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** Creates a server that emulates DynamoDB, with tables in memory. */
  export default function dynalite(options: { readonly createTableMs: number }): Server;
}
