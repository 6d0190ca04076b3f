/** What a person at a terminal sees. */
import type { TuneProgress } from '../protocol/tune.ts';

/** One line that is written over; without a terminal, a line now and then. */
export class StatusLine {
  readonly #out: NodeJS.WriteStream;
  #shown = false;
  #lastMs = 0;
  #last = '';

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(text: string): void {
    if (this.#out.isTTY) {
      this.#out.write(`\r\x1b[2K${text.slice(0, Math.max(20, (this.#out.columns ?? 80) - 1))}`);
      this.#shown = true;
      return;
    }
    const nowMs = performance.now();
    if (nowMs - this.#lastMs < LOG_EVERY_MS || text === this.#last) return;
    this.#lastMs = nowMs;
    this.#last = text;
    this.#out.write(`${text}\n`);
  }

  clear(): void {
    if (this.#shown) this.#out.write('\r\x1b[2K');
    this.#shown = false;
  }
}

const LOG_EVERY_MS = 5000;

export function progressLine({
  stage,
  message,
  step,
  steps,
  tokensPerSecond,
  etaSeconds,
  curve,
  rssBytes,
}: TuneProgress): string {
  if (stage !== 'training' || step === 0) return `${stage}: ${message}`;
  const heldOut = curve.findLast((point) => point.heldOut !== null)?.heldOut;
  const parts = [
    `training ${bar(step / steps)} ${step}/${steps}`,
    message.replace(/^.*, /, ''),
    ...(heldOut === null || heldOut === undefined ? [] : [`held-out ${heldOut.toFixed(3)}`]),
    `${Math.round(tokensPerSecond)} tok/s`,
    `${Math.round(rssBytes / 2 ** 20)} MB`,
    ...(etaSeconds === null ? [] : [`${duration(etaSeconds)} left`]),
  ];
  return parts.join(' · ');
}

export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** A table with a header line; the first column is text, the others are right-aligned. */
export function grid(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.map(line)].join('\n');
}

export function indented(text: string, mark: string): string {
  return text
    .split('\n')
    .map((line) => mark + line)
    .join('\n');
}

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 90 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function bar(share: number): string {
  const full = Math.round(share * 20);
  return `${'█'.repeat(full)}${'░'.repeat(20 - full)}`;
}
