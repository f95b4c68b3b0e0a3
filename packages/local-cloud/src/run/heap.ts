import { setFlagsFromString } from 'node:v8';

/**
 * How much the heap may grow, in percent of what was alive at the last full collection, before the next one. V8's own
 * measure goes up to 300, for programs that have the machine to themselves. This one runs beside a build, a browser and
 * an editor; it costs a few percent of processor time under load and halves what the heap grows by.
 */
const GROWTH_PERCENT = 40;

/** Keeps the heap close to what is alive, without a limit that large templates could meet. */
export function keepHeapClose(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
