import { printable } from '../common/controls.ts';

type Streams = Readonly<Record<'stdout' | 'stderr', { readonly isTTY?: boolean }>>;

/**
 * From now on, output to a terminal contains nothing that it would interpret: names of files and adapters, and messages of git and servers,
 * are under others' control. Output to a file or pipe is unchanged.
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
