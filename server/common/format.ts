/** Formats figures and tables as text for people. */

export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** How a figure begins, or what stands for a missing one. */
const FIGURE = /^(?:[-−+~<]?\d|[-–]?$)/;

/** A table with a header line; figures are right-aligned, except in the first column. */
export function grid(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const ofFigures = header.map((_, i) => i > 0 && rows.every((row) => FIGURE.test(row[i] ?? '')));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (ofFigures[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
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
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A time in whole minutes, or as somebody has set it, e.g. `1.5 min`, `27 min`, `1 h 30 min`, `24 h`. */
export function limit(minutes: number): string {
  const rest = minutes % 60;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** A percentage to a tenth; what rounds to zero has no sign. */
export function tenths(percent: number): string {
  return (Number(percent.toFixed(1)) || 0).toFixed(1);
}

/** Two figures that differ, with so many digits after the point or as many as show that they do, up to three. */
export function toldApart(one: number, other: number, leastDigits = 0): [string, string] {
  for (let digits = leastDigits; ; digits++) {
    const [first, second] = [one.toFixed(digits), other.toFixed(digits)];
    if (first !== second || digits >= 3) return [first, second];
  }
}

/** e.g. `1.234 -> 1.100`, as the command line writes it. */
export function heldOutLoss(
  metrics: { readonly heldOutLossBase: number; readonly heldOutLossTuned: number } | null,
): string {
  return metrics === null
    ? 'not evaluated'
    : `${metrics.heldOutLossBase.toFixed(3)} -> ${metrics.heldOutLossTuned.toFixed(3)}`;
}

/** e.g. `12,345`. */
export function grouped(count: number): string {
  return count.toLocaleString('en');
}

/** e.g. `1 file`, `12,345 files`. */
export function counted(count: number, thing: string): string {
  return `${grouped(count)} ${thing}${count === 1 ? '' : 's'}`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
}

/** Size of a download in whole megabytes, or in gigabytes. */
export function fileSize(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
