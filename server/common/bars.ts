/** Reports of every `check:*`, `bench` and `tune`: figures against the bars they must reach. */

/** One measured figure. `value` must satisfy `value op bar`. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly op: '<=' | '>=';
  readonly bar: number;
}

/** Whether the figure reaches its bar. NaN and the like never do: nothing was measured, or there was a division by zero. */
export function holds({ value, op, bar }: Bar): boolean {
  if (!Number.isFinite(value) || !Number.isFinite(bar)) return false;
  return op === '<=' ? value <= bar : value >= bar;
}

/** Why a figure cannot be compared with its bar; null if it can. JSON has neither NaN nor Infinity and uses `null`. */
export function problemOf({ name, value, bar }: Bar): string | null {
  if (Number.isFinite(value) && Number.isFinite(bar)) return null;
  return `${name} could not be measured: its ${Number.isFinite(value) ? 'bar' : 'value'} is no number. So the bar is missed.`;
}

/** The one JSON line that ends a `--json` run. `fields` are specific to the command. */
export function barsLine(bars: readonly Bar[], fields: Readonly<Record<string, unknown>> = {}): string {
  const told = bars.map(({ name, value, op, bar }) => {
    const problem = problemOf({ name, value, op, bar });
    const figures = { name, value: finiteOrNull(value), op, bar: finiteOrNull(bar) };
    return problem === null ? figures : { ...figures, problem };
  });
  return JSON.stringify({ ...fields, bars: told });
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** The same bars as a table for people. */
export function barsTable(bars: readonly Bar[]): string {
  const width = Math.max(4, ...bars.map((bar) => bar.name.length));
  return bars
    .map(
      (bar) =>
        `${holds(bar) ? 'ok  ' : 'MISS'} ${bar.name.padEnd(width)} ${format(bar.value)} ${bar.op} ${format(bar.bar)}`,
    )
    .join('\n');
}

/** Ends a command: prints the table, or with `json` the JSON line; the exit code says whether every bar holds. */
export function report(bars: readonly Bar[], json: boolean, fields: Readonly<Record<string, unknown>> = {}): void {
  for (const bar of bars) {
    const problem = problemOf(bar);
    if (problem !== null) console.error(problem);
  }
  console.log(json ? barsLine(bars, fields) : barsTable(bars));
  if (!bars.every(holds)) process.exitCode = 1;
}

function format(value: number): string {
  if (!Number.isFinite(value)) return 'no number';
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
