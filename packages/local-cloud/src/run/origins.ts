/**
 * The table from AWS origins to origins of this machine.
 *
 * A browser here cannot reach `https://d111.cloudfront.net`, so wherever a resolved value holds an origin of the table,
 * it becomes the local one; the rest of the value (path, query) stays.
 */
export class Origins {
  readonly #table = new Map<string, string>();

  /** @param awsHost a host without scheme @param local an origin such as `http://localhost:4300` */
  add(awsHost: string, local: string): void {
    this.#table.set(awsHost, local);
  }

  /** The text with every `https://<AWS host>` in it replaced. */
  localize(text: string): string {
    return text.replace(/https:\/\/([a-z0-9.-]+)/gi, (origin, host: string) => {
      return this.#table.get(host.toLowerCase()) ?? origin;
    });
  }
}
