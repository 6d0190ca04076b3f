import { afterEach, expect, test, vi } from 'vitest';
import { parse } from './parser.ts';

afterEach(() => void vi.restoreAllMocks());

const text = 'function f(a) {\n  return g(a, [1, 2, 3]);\n}\n'.repeat(500);

/** As slow as a machine on which others have the processor: `spentMs` of it a second of the clock. */
function clocks(spentMs: number): void {
  let seconds = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => 1000 * ++seconds);
  vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: 1000 * spentMs * seconds, system: 0 }));
}

test('a file is parsed however long others have the processor', async () => {
  clocks(1);
  expect(await parse(text, 'javascript')).not.toBeNull();
});

test('a file on which the parser spends too much of the processor is given up', async () => {
  clocks(500);
  expect(await parse(text, 'javascript')).toBeNull();
});

test('what is nested deeper than any code is not looked at, since that would take hours', async () => {
  const levels = 3000;
  const syntax = await parse('{\n'.repeat(levels) + '}\n'.repeat(levels), 'typescript');
  const rows = Array.from({ length: 100 }, (_, i) => ({ from: 60 * i, to: 60 * i + 10 }));
  expect(syntax?.scopes(rows)?.length).toBeLessThan(1000);
});

test.each(['typescript', 'java', 'python'] as const)(
  'brackets that nothing closes are given up: in %s',
  async (language) => {
    expect(await parse('{\n'.repeat(30_000), language)).toBeNull();
  },
);

test('a file on which its queries spend too much of the processor is given up', async () => {
  const syntax = await parse(text, 'javascript');
  const rows = Array.from({ length: 100 }, (_, i) => ({ from: 15 * i, to: 15 * i + 10 }));
  expect(syntax?.scopes(rows)?.length).toBeGreaterThan(100);
  clocks(1);
  expect(syntax?.scopes(rows)?.length).toBeGreaterThan(100);
  clocks(500);
  expect(syntax?.scopes(rows)).toBeNull();
});
