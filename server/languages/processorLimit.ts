/**
 * How long a parse may take, in time of the processor: tree-sitter's error recovery is superlinear on some broken inputs. By the clock, sound
 * texts would be given up where other programs are busy.
 */
export class ProcessorLimit {
  readonly #mostMs: number;
  #untilMs = 0;
  #spentBeforeMs = 0;

  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  /** A parse begins. */
  start(): void {
    this.#untilMs = performance.now() + this.#mostMs;
    this.#spentBeforeMs = spentMs();
  }

  get isOver(): boolean {
    // The clock first: it costs less to read.
    return performance.now() > this.#untilMs && spentMs() - this.#spentBeforeMs > this.#mostMs;
  }
}

function spentMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
