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
    ['of two as good, the newest first', [width, height], [asHeight, asWidth]],
    ['the same only once', [width, width], [asWidth]],
    ['what was done twice before what was done once', [width, width, width, height], [asWidth, asHeight]],
    ['nothing that was done says anything here', [changed('b.ts', 0, 'a(x1);', 'a(x2);')], []],
    ['nothing was done', [], []],
    ['nothing would be left', [changeBetween('b.ts', 0, lines, [])!], []],
    ['one of long ago is over', [width, ...Array.from({ length: 8 }, () => height)], [asHeight]],
  ])('%s', (_, recent, expected) => expect(answersTo(recent)).toEqual(expected));

  it('also where what was replaced stands in other words', () => {
    const typed = changed('b.ts', 0, 'const width = read(source);', 'const width = await read(source, limit);');
    const here = {
      ...situation,
      lines: ['  const height = read(source);'],
      region: { from: 0, to: 1 },
      recent: [typed],
    };
    expect(carriedOn(here).map(({ answer }) => answer)).toContainEqual(['  const height = await read(source, limit);']);
  });

  it('puts nothing around what it stands around already', () => {
    const wrapped = (name: string, line: number) => changed('a.ts', line, `  log(${name});`, `  text(log(${name}));`);
    const file = ['f() {', '  text(log(one));', '  text(log(two));', '  log(three);', '}'];
    const recent = [wrapped('one', 1), wrapped('two', 2)];
    const found = carriedOn({ ...situation, lines: file, region: { from: 0, to: 5 }, recent });
    expect(found.map(({ answer }) => answer)).toEqual([[...file.slice(0, 3), '  text(log(three));', '}']]);
  });

  it('puts in once more what was put in before its lines moved, though what moved them may not be repeated', () => {
    const put = { path: 'a.ts', line: 1, before: [], after: ['  log(one);'] };
    const imported = { path: 'a.ts', line: 0, before: [], after: ['import { log } from "log";', ''] };
    const file = [...imported.after, 'first(one) {', '  log(one);', '  end(one);', 'second(one) {', '  end(one);'];
    const here = { ...situation, lines: file, region: { from: 5, to: 7 }, recent: [put, imported] };
    const expected = ['second(one) {', '  log(one);', '  end(one);'];
    expect(carriedOn(here, [put]).map(({ answer }) => answer)).toContainEqual(expected);
  });

  it('gives three at most, however much was done', () => {
    const names = ['w', 'h', 'total', 'size'];
    const recent = names.map((name, i) => changed('b.ts', i, `use(${name});`, `use(${name}Now);`));
    expect(answersTo(recent)).toHaveLength(3);
  });
});

describe('guessesOf', () => {
  it('tells what a chance is told by', () => {
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
