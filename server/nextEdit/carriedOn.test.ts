import { describe, expect, it } from 'vitest';
import { changeBetween, type LineChange } from '../edits/change.ts';
import { carriedOn, guessesOf } from './carriedOn.ts';

const lines = ['let total = size;', 'show(w);', 'keep(h);', 'end();'];
const changed = (path: string, line: number, before: string, after: string) =>
  changeBetween(path, line, [before], [after])!;
const width = changed('b.ts', 0, 'draw(w);', 'draw(width);');
const height = changed('b.ts', 1, 'fill(h);', 'fill(height);');
const situation = { path: 'a.ts', lines, region: { from: 0, to: 4 }, related: [] };
const asWidth = ['let total = size;', 'show(width);', 'keep(h);', 'end();'];
const asHeight = ['let total = size;', 'show(w);', 'keep(height);', 'end();'];
const answersTo = (recent: readonly LineChange[]) => carriedOn({ ...situation, recent }).map(({ answer }) => answer);

describe('carriedOn', () => {
  it.each([
    ['puts the newest of two equally good changes first', [width, height], [asHeight, asWidth]],
    ['gives the same answer only once', [width, width], [asWidth]],
    ['puts a repeated change before one made once', [width, width, width, height], [asWidth, asHeight]],
    ['gives nothing when no change applies here', [changed('b.ts', 0, 'a(x1);', 'a(x2);')], []],
    ['gives nothing without changes', [], []],
    ['gives nothing that would leave no lines', [changeBetween('b.ts', 0, lines, [])!], []],
    ['ignores a change made long ago', [width, ...Array.from({ length: 8 }, () => height)], [asHeight]],
  ])('%s', (_, recent, expected) => expect(answersTo(recent)).toEqual(expected));

  it('applies a change to a line with other words', () => {
    const typed = changed('b.ts', 0, 'const width = read(source);', 'const width = await read(source, limit);');
    const here = {
      ...situation,
      lines: ['  const height = read(source);'],
      region: { from: 0, to: 1 },
      recent: [typed],
    };
    expect(carriedOn(here).map(({ answer }) => answer)).toContainEqual(['  const height = await read(source, limit);']);
  });

  it('does not wrap a call that is wrapped already', () => {
    const wrapped = (name: string, line: number) => changed('a.ts', line, `  log(${name});`, `  text(log(${name}));`);
    const file = ['f() {', '  text(log(one));', '  text(log(two));', '  log(three);', '}'];
    const recent = [wrapped('one', 1), wrapped('two', 2)];
    const found = carriedOn({ ...situation, lines: file, region: { from: 0, to: 5 }, recent });
    expect(found.map(({ answer }) => answer)).toEqual([[...file.slice(0, 3), '  text(log(three));', '}']]);
  });

  it('repeats an insertion whose lines have moved since, but not the change that moved them', () => {
    const put = { path: 'a.ts', line: 1, before: [], after: ['  log(one);'] };
    const imported = { path: 'a.ts', line: 0, before: [], after: ['import { log } from "log";', ''] };
    const file = [...imported.after, 'first(one) {', '  log(one);', '  end(one);', 'second(one) {', '  end(one);'];
    const here = { ...situation, lines: file, region: { from: 5, to: 7 }, recent: [put, imported] };
    const expected = ['second(one) {', '  log(one);', '  end(one);'];
    expect(carriedOn(here, [put]).map(({ answer }) => answer)).toContainEqual(expected);
  });

  it('gives three answers at most, however many changes there are', () => {
    const names = ['w', 'h', 'total', 'size'];
    const recent = names.map((name, i) => changed('b.ts', i, `use(${name});`, `use(${name}Now);`));
    expect(answersTo(recent)).toHaveLength(3);
  });
});

describe('guessesOf', () => {
  it('gives the facts that the chance is computed from', () => {
    const other = changed('a.ts', 2, 'keep(height);', 'keep(h);');
    const [guess, ...others] = guessesOf({ ...situation, recent: [width, width, other] });
    expect(others).toEqual([]);
    expect(guess!.facts).toEqual({
      age: 1,
      likeness: null,
      isNear: false,
      isName: true,
      changedLines: 2,
      hasNewest: true,
      agreeing: 2,
      bothWays: true,
      rivals: 1,
    });
  });
});
