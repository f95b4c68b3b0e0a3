import type { HeaderList } from '../../http/header-list';
import type { HeaderChange } from '../../trace/trace';

/** Changes header fields and remembers each change with what made it, for the trace. */
export class HeaderEdits {
  readonly changes: HeaderChange[] = [];

  constructor(
    readonly headers: HeaderList,
    readonly on: HeaderChange['on'],
  ) {}

  set(name: string, value: string, by: string): void {
    this.headers.set(name, value);
    this.changes.push({ on: this.on, op: 'set', name, value, by });
  }

  setDefault(name: string, value: string, by: string): void {
    if (!this.headers.has(name)) this.set(name, value, by);
  }
}
