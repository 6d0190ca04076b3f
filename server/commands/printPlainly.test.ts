import { expect, it } from 'vitest';
import { printPlainly } from './printPlainly.ts';

/** Clears the screen, sets the clipboard, reverses the text direction. */
const OBEYED = 'a\x1b[2J\x1b]52;c;aWQ=\x07\u202eb\x9bc';
const HARMLESS = 'a\ufffd[2J\ufffd]52;c;aWQ=\ufffd\ufffdb\ufffdc';

function printed(isTTY: boolean): unknown[] {
  const out: unknown[] = [];
  const to = {
    log: (...said: unknown[]) => void out.push(...said),
    error: (...said: unknown[]) => void out.push(...said),
  };
  printPlainly(to, { stdout: { isTTY }, stderr: { isTTY } });
  to.log(`one\n\t${OBEYED}`);
  to.error(OBEYED, 7);
  return out;
}

it('replaces control characters for a terminal, except line breaks and tabs', () => {
  expect(printed(true)).toEqual([`one\n\t${HARMLESS}`, HARMLESS, 7]);
});

it('leaves text for a file or a pipe unchanged', () => {
  expect(printed(false)).toEqual([`one\n\t${OBEYED}`, OBEYED, 7]);
});
