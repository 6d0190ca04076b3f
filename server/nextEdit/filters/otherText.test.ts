import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { applied, changeBetween, type LineChange } from '../../edits/change.ts';
import { syntaxFor } from '../../languages/syntax.ts';
import { otherText } from './otherText.ts';

/** A busy machine parses nothing within a pause in typing: stop the clock. */
beforeEach(() => {
  vi.spyOn(performance, 'now').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Renames the attribute `code` or `code_id` of the first line that has `»`: why that is not repeated at `«`. */
async function reason(text: string): Promise<string | null> {
  const renamed = (marked: string, mark: string): string => marked.replace(`${mark}code`, 'next_code');
  const plain = (marked: string): string[] => marked.replaceAll(/[»«]/g, '').split('\n');
  const recent: LineChange[] = [];
  let now = text;
  while (now.includes('»')) {
    const next = renamed(now, '»');
    recent.push(changeBetween('f.py', 0, plain(now), plain(next))!);
    now = next;
  }
  const lines = plain(now);
  const again = changeBetween('f.py', 0, lines, plain(renamed(now, '«')))!;
  return otherText(again, {
    situation: { path: 'f.py', lines, region: { from: 0, to: lines.length }, recent, related: [] },
    answer: applied(lines, again),
    syntax: await syntaxFor('python'),
    sureness: 1,
    leastSureness: 0,
  });
}

test.each([
  ['as a word of prose', 'class A:\n    """Runs the «code."""\n    »code: str'],
  ['for an entry of another class', 'class A:\n    """\n    «code: What runs.\n    """\nclass B:\n    »code: str'],
  [
    'for that of a method of another class',
    'class A:\n    def f():\n        """By «code_id."""\nclass B:\n    »code_id: str',
  ],
  ['for a function where another’s parameter was', 'def f():\n    """By «code_id."""\ndef g(»code_id): ...'],
])('a rename is not repeated in documentation %s', async (_, text) => {
  expect(await reason(text)).toMatch(/something else/);
});

test.each([
  ['for an entry', 'class A:\n    """\n    «code: What runs.\n    """\n    »code: str'],
  ['for an entry with its type', 'def f(»code):\n    """\n    «code (str): What runs.\n    """'],
  ['for a name in quotes', 'class A:\n    """Runs `«code`."""\n    »code: str'],
  ['for a name that is no word', 'class A:\n    def f(self):\n        """By «code_id."""\n    »code_id: str'],
  [
    'of the class for what its constructor takes',
    'class A:\n    """By «code_id."""\n    def __init__(self, »code_id): ...',
  ],
  ['once it was in one', 'class A:\n    """Runs »code."""\n    """Runs «code."""\n    »code: str'],
  ['but in a string that is a value', 'class A:\n    a = """Runs «code."""\n    »code: str'],
])('a rename is repeated in documentation %s', async (_, text) => {
  expect(await reason(text)).toBeNull();
});
