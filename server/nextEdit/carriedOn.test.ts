import { describe, expect, it } from 'vitest';
import { changeBetween } from '../edits/change.ts';
import { carriedOn } from './carriedOn.ts';

const lines = ['let total = size;', 'show(w);', 'keep(h);', 'end();'];
const changed = (path: string, line: number, before: string, after: string) =>
  changeBetween(path, line, [before], [after])!;
const width = changed('b.ts', 0, 'draw(w);', 'draw(width);');
const height = changed('b.ts', 1, 'fill(h);', 'fill(height);');
const situation = { path: 'a.ts', lines, region: { from: 0, to: 4 }, related: [] };
const asWidth = ['let total = size;', 'show(width);', 'keep(h);', 'end();'];
const asHeight = ['let total = size;', 'show(w);', 'keep(height);', 'end();'];

describe('carriedOn', () => {
  it.each([
    ['the newest first', [width, height], [asHeight, asWidth]],
    ['the same only once', [width, width], [asWidth]],
    ['nothing that was done says anything here', [changed('b.ts', 0, 'a(x1);', 'a(x2);')], []],
    ['nothing was done', [], []],
    ['nothing would be left', [changeBetween('b.ts', 0, lines, [])!], []],
    ['one of long ago is over', [width, ...Array.from({ length: 8 }, () => height)], [asHeight]],
  ])('%s', (_, recent, expected) => expect(carriedOn({ ...situation, recent })).toEqual(expected));

  it('gives three at most, however much was done', () => {
    const names = ['w', 'h', 'total', 'size'];
    const recent = names.map((name, i) => changed('b.ts', i, `use(${name});`, `use(${name}Now);`));
    expect(carriedOn({ ...situation, recent })).toHaveLength(3);
  });
});
