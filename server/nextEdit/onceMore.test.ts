import { describe, expect, it } from 'vitest';
import { changeBetween, type LineChange } from '../edits/change.ts';
import { regionAround } from '../edits/situation.ts';
import { doneOnceMore, type OnceMoreOptions } from './onceMore.ts';

const lines = ['first();', '', 'list.push(one);', '', 'list.at(-1);', 'end();'];
const changed = (before: string, after: string, path = 'b.ts') => changeBetween(path, 9, [before], [after])!;
const member = changed('found.at(-1);', 'found.get(-1);');
const since = ['e', 'f', 'g', 'h', 'i'].map((name) => changed(name, `${name} = 1`));
const again = changed('others.at(0);', 'others.get(0);');
const regions = [regionAround(0, lines.length), regionAround(4, lines.length)];

const followed = (recent: readonly LineChange[], options: Partial<OnceMoreOptions> = {}) =>
  doneOnceMore({ path: 'a.ts', lines, recent, related: [] }, regions, {
    syntax: null,
    repeatable: recent,
    isWanted: () => true,
    ...options,
  });

describe('doneOnceMore', () => {
  it('repeats at a third place what was done at two, as a minimal change', () => {
    const [found] = followed([member, again]);
    expect(found?.change).toEqual({ path: 'a.ts', line: 4, before: ['list.at(-1);'], after: ['list.get(-1);'] });
    expect(found?.why).toMatch(/^done once more \(right in \d\d of 100 cases\)$/);
  });

  it.each<[string, readonly LineChange[], Partial<OnceMoreOptions>]>([
    ['a change that matches nothing here', [changed('a.b();', 'a.c();')], {}],
    ['a change that is not likely enough', [changed('x = a + b.at(7) * q;', 'x = a + b.get(7) * q;'), ...since], {}],
    ['a change that may not be repeated', [member, again], { repeatable: [] }],
    ['a change that was refused', [member, again], { isWanted: () => false }],
    ['an undo of the newest change', [member, changeBetween('a.ts', 4, ['list.get(-1);'], ['list.at(-1);'])!], {}],
  ])('does not repeat %s', (_, recent, options) => expect(followed(recent, options)).toEqual([]));
});
