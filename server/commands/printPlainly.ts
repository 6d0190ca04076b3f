import { printable } from '../common/controls.ts';

type Streams = Readonly<Record<'stdout' | 'stderr', { readonly isTTY?: boolean }>>;

/**
 * From now on what is printed at a terminal holds nothing that it would obey: names of files and adapters, and what git and servers say, are
 * others' words. What goes into a file or a pipe stays as it is.
 */
export function printPlainly(to: Pick<Console, 'log' | 'error'>, { stdout, stderr }: Streams): void {
  for (const [way, { isTTY }] of [
    ['log', stdout],
    ['error', stderr],
  ] as const) {
    if (!isTTY) continue;
    const print = to[way].bind(to);
    to[way] = (...said: unknown[]) => print(...said.map((one) => (typeof one === 'string' ? printable(one) : one)));
  }
}
