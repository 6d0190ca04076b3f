import { afterEach, expect, test, vi } from 'vitest';
import { blockEnd } from '../completion/blockEnd.ts';
import { type SyntaxReader, syntaxFor } from './syntax.ts';

afterEach(() => void vi.restoreAllMocks());

const above = 'function f(a) {\n  return g(a, [1, 2, 3]);\n}\n'.repeat(50);

/** As slow as a machine on which others have the processor: `spentMs` of it a second of the clock. */
async function syntaxWith(spentMs: number): Promise<SyntaxReader> {
  const syntax = (await syntaxFor('typescript'))!;
  let seconds = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => 1000 * ++seconds);
  vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: 1000 * spentMs * seconds, system: 0 }));
  return syntax;
}

test('a cursor is known to be in a comment however long others have the processor', async () => {
  expect((await syntaxWith(0.1)).zone(`${above}// a comment {`, '')).toBe('comment');
});

test('a suggestion ends with its block however long others have the processor', async () => {
  const [body, behind] = ['\n  g(`}`,\n`}`);\n});', '\nh();\n'];
  expect(blockEnd(body + behind, `${above}test("x", () => {`, await syntaxWith(0.1))).toBe(body.length);
});

test('a text on which the parser spends too much of the processor is given up', async () => {
  expect((await syntaxWith(100)).lineStarts(above, 'f();\n')).toBeNull();
});
