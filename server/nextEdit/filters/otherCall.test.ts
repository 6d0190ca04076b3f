import { expect, test } from 'vitest';
import type { LineChange } from '../../edits/change.ts';
import { otherCall } from './otherCall.ts';

const change = (line: number, before: string, after: string): LineChange => ({
  path: 'f',
  line,
  before: [before],
  after: [after],
});

/** Why what was made of `before` and `after` is not repeated as `offered`, also after it was made `again`. */
function reason(made: readonly [string, string][], [was, now]: readonly [string, string]): string | null {
  const recent = made.map(([before, after], at) => change(at, before, after));
  return otherCall(change(9, was, now), {
    situation: { path: 'f', lines: [], region: { from: 0, to: 0 }, recent, related: [] },
    answer: [],
    sureness: 1,
    leastSureness: 0,
  });
}

const ADDED = ['\tf(a, b)', '\tf(a, b, c)'] as const;

test.each<[string, [string, string], [string, string]]>([
  ['an argument', [...ADDED], ['\tg(a, b)', '\tg(a, b, c)']],
  ['a first argument', ['f(a)', 'f(c, a)'], ['g(a)', 'g(c, a)']],
  ['an only argument', ['f()', 'f(c)'], ['g()', 'g(c)']],
  ['an argument in the middle', ['f(a, b)', 'f(a, c, b)'], ['g(a, b)', 'g(a, c, b)']],
  ['the removal of an argument', ['f(a, c)', 'f(a)'], ['g(a, c)', 'g(a)']],
  ['an argument of a call in another’s', ['f(x(1), g(a))', 'f(x(1), g(a), c)'], ['f(x(1), g(a))', 'f(x(1), g(a, c))']],
  [
    'a parameter',
    ['func (s *S) apply(a A, b string) error {', 'func (s *S) apply(a A, b string, c bool) error {'],
    ['func (s *S) load(b string) error {', 'func (s *S) load(b string, c bool) error {'],
  ],
  ['a parameter', ['func f(t T) {', 'func f(t T, c bool) {'], ['\tt.Run(func(t T) {', '\tt.Run(func(t T, c bool) {']],
  ['a parameter', ['func f(a A, b B) {', 'func f(a A, b B, c bool) {'], ['g(a, b)', 'g(a, b, c)']],
  ['a parameter', ['def copy(self, a):', 'def copy(self, a, c=1):'], ['def move(self, a):', 'def move(self, a, c=1):']],
  ['a parameter', ['def f(self, a):', 'def f(self, a, c=None):'], ['def g(self, a):', 'def g(self, a, c=None):']],
])('%s of one function is not repeated for another', (_, made, offered) => {
  expect(reason([made], offered)).toMatch(/another one/);
});

test.each<[string, [string, string][], [string, string]]>([
  ['an argument, in another call of the function', [[...ADDED]], ['x = f(a, b)', 'x = f(a, b, c)']],
  ['two functions’ argument, for a third', [[...ADDED], ['g(a, b)', 'g(a, b, c)']], ['h(a, b)', 'h(a, b, c)']],
  ['another function for it', [['f(a)', 'g(a)']], ['x(f(a))', 'x(g(a))']],
  ['a call around it', [['f(a)', 'f(g(a))']], ['h(a)', 'h(g(a))']],
  ['another value', [['f(a, 1)', 'f(a, 2)']], ['g(a, 1)', 'g(a, 2)']],
  ['an item of a list', [['f([a, b])', 'f([a, b, c])']], ['g([a, b])', 'g([a, b, c])']],
  ['what nobody did before', [['f(a)', 'f(a, d)']], ['g(a)', 'g(a, c)']],
])('%s may be repeated', (_, made, offered) => {
  expect(reason(made, offered)).toBeNull();
});
