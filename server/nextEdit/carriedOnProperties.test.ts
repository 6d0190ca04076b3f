import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applied, changeBetween, type LineChange } from '../edits/change.ts';
import { madeAgain } from '../edits/madeAgain.ts';
import type { EditSituation } from '../edits/situation.ts';
import { tokensOf } from '../edits/tokens.ts';
import { carriedOn } from './carriedOn.ts';

const token = fc.constantFrom(
  ...'a foo draw width ( ) , ; . = 1 23 " é 😀 \u0301'.split(' '),
  ' ',
  '  ',
  '\t',
  'await ',
);
const indent = fc.constantFrom('', '', '  ', '    ', '\t', ' \t');
const line = fc.tuple(indent, fc.array(token, { maxLength: 10 })).map(([space, tokens]) => space + tokens.join(''));
const edit = fc.record({
  isHere: fc.boolean(),
  at: fc.nat(9),
  length: fc.oneof(fc.constant(1), fc.nat(8)),
  replaced: fc.array(fc.tuple(fc.nat(12), token), { maxLength: 3 }),
  added: fc.option(line),
});

/** Lines of few kinds, so that a change made in one often fits another. */
const alike = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 3 }), fc.array(fc.nat(2), { minLength: 1, maxLength: 10 }))
  .map(([kinds, which]) => which.map((kind) => kinds[kind % kinds.length]!));

/** A file with some changed lines, and others like them in another file. */
const situations = fc
  .tuple(alike, fc.array(edit, { maxLength: 8 }), fc.nat(10), fc.nat(8))
  .map(([text, edits, from, length]): EditSituation => {
    let lines: readonly string[] = text;
    const recent: LineChange[] = [];
    for (const { isHere, at: anywhere, length, replaced, added } of edits) {
      const at = anywhere % (lines.length + 1);
      const before = lines.slice(at, at + length);
      const after = before.map((line) => {
        const tokens = tokensOf(line);
        for (const [i, by] of replaced) if (i < tokens.length) tokens[i] = by;
        return tokens.join('');
      });
      if (added !== null) after.push(added);
      const change = changeBetween(isHere ? 'a.ts' : 'b.ts', at, before, after);
      if (change === null) continue;
      if (isHere) lines = applied(lines, change);
      recent.push(change);
    }
    const start = from % (lines.length + 1);
    const region = { from: start, to: Math.min(start + length, lines.length) };
    return { path: 'a.ts', lines, region, recent, related: [] };
  });

const wordsOf = (lines: readonly string[]) => lines.flatMap(tokensOf).filter((one) => /[\p{L}\p{N}]/u.test(one));
const indentOf = (text: string) => /^\s*/.exec(text)![0];
const RUNS = { numRuns: 250, seed: 1 };

it('a repeated change has only words and indentation of the lines and the change, and changes the lines', () => {
  let repeated = 0;
  fc.assert(
    fc.property(situations, ({ path, lines, region, recent }) => {
      const now = lines.slice(region.from, region.to);
      for (const change of recent) {
        for (const { answer, likeness } of madeAgain(lines, region, change, change.path === path)) {
          repeated++;
          const made = changeBetween(path, region.from, now, answer);
          expect(made).not.toBeNull();
          expect(likeness).toBeGreaterThanOrEqual(0.5);
          expect(likeness).toBeLessThanOrEqual(1);
          const known = new Set(wordsOf([...now, ...change.before, ...change.after]));
          expect(wordsOf(answer).filter((word) => !known.has(word))).toEqual([]);
          for (const text of made!.after.filter((one) => one.trim() !== ''))
            expect(now.some((one) => indentOf(text).startsWith(indentOf(one)))).toBe(true);
        }
      }
    }),
    RUNS,
  );
  expect(repeated).toBeGreaterThan(50);
});

it('guesses are whole lines, differ from the file and from each other, and have a chance between 0 and 1', () => {
  let guessed = 0;
  fc.assert(
    fc.property(situations, (situation) => {
      const { lines, region } = situation;
      const now = lines.slice(region.from, region.to).join('\n');
      const guesses = carriedOn(situation);
      const answers = guesses.map(({ answer }) => answer.join('\n'));
      expect(new Set([now, ...answers]).size).toBe(1 + guesses.length);
      guessed += guesses.length;
      for (const { answer, chance } of guesses) {
        expect(answer.filter((text) => /[\r\n]/.test(text))).toEqual([]);
        expect(chance).toBeGreaterThan(0);
        expect(chance).toBeLessThan(1);
      }
    }),
    RUNS,
  );
  expect(guessed).toBeGreaterThan(50);
});
