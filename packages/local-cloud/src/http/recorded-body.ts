import type { HeaderList } from './header-list';

const KEPT_BYTES = 16_384;

/** Types of text that people read; styles and scripts are files of the build. */
const TEXT =
  /^(?:text\/(?!css|javascript)|application\/(?:[\w.-]+\+)?(?:json|xml)\b|application\/x-www-form-urlencoded\b)/i;

/** The first 16 KiB of a body, recorded while it is sent. Only text is stored; `size` counts all bytes. */
export class RecordedBody {
  readonly #chunks: Buffer[] = [];
  #stored = 0;
  #size = 0;

  /** As sent: the bytes may be compressed. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get size(): number {
    return this.#size;
  }

  get isComplete(): boolean {
    return this.#stored === this.#size;
  }

  /** @param headers of the message; its type decides whether the bytes are stored */
  add(chunk: Buffer, headers: HeaderList): void {
    this.#size += chunk.length;
    const space = KEPT_BYTES - this.#stored;
    if (space <= 0 || !TEXT.test(headers.get('content-type') ?? '')) return;
    // A copy: a part would keep the whole chunk in memory.
    const kept = Buffer.from(chunk.subarray(0, space));
    this.#chunks.push(kept);
    this.#stored += kept.length;
  }
}
