import { expect, test } from 'vitest';
import { holds } from '../../server/common/bars.ts';
import { soakBars } from './bars.ts';

const result = { requests: 9, offered: 2, compared: 1, leakedRequests: 0, wrongPositionEdits: 0 };

test.each([
  ['ends well', 0, []],
  ['ends with a code other than 0', 1, ['ended-badly']],
  ['is ended by a signal', null, ['ended-badly']],
])('a server that %s', (_, exitCode, expected) => {
  const missed = soakBars(result, [100, 100, 100], exitCode).filter((bar) => !holds(bar));
  expect(missed.map(({ name }) => name)).toEqual(expected);
});
