/** What every `check:*`, `bench` and `tune` reports: figures against the bars they must reach. */

/** One measured figure. `value` must satisfy `value op bar`. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly op: '<=' | '>=';
  readonly bar: number;
}

/** Whether the figure reaches its bar. A figure that could not be computed (NaN) never does. */
export function holds({ value, op, bar }: Bar): boolean {
  return op === '<=' ? value <= bar : value >= bar;
}

/** The one JSON line that ends a `--json` run. `fields` are the command's own. */
export function barsLine(bars: readonly Bar[], fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...fields, bars });
}

/** The same bars as a table a person can read. */
export function barsTable(bars: readonly Bar[]): string {
  const width = Math.max(4, ...bars.map((bar) => bar.name.length));
  return bars
    .map(
      (bar) =>
        `${holds(bar) ? 'ok  ' : 'MISS'} ${bar.name.padEnd(width)} ${format(bar.value)} ${bar.op} ${format(bar.bar)}`,
    )
    .join('\n');
}

/** Ends a command: prints the table, or the JSON line when `json`; the exit code says whether every bar holds. */
export function report(bars: readonly Bar[], json: boolean, fields: Readonly<Record<string, unknown>> = {}): void {
  console.log(json ? barsLine(bars, fields) : barsTable(bars));
  if (!bars.every(holds)) process.exitCode = 1;
}

function format(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
