import { describe, expect, test } from 'vitest';
import { addCounts, type DayCounts, NO_COUNTS } from '../../protocol/statistics.ts';
import type { Expectation } from './firstLines.ts';
import type { Outcome } from './lean.ts';
import { Recorder } from './recorder.ts';
import { commonSubsequence, type Edit, TrackedText } from './survival.ts';

function scene(document: string) {
  let text = document;
  let counts = NO_COUNTS;
  const observations: unknown[] = [];
  const uses: unknown[] = [];
  const standing: unknown[] = [];
  const checks: { ms: number; check: () => void }[] = [];
  const outcomes: Outcome[] = [];
  const times: number[] = [];
  let nowMs = 1000;
  let isOn = true;
  const recorder = new Recorder({
    isOn: () => isOn,
    nowMs: () => nowMs,
    add: (more: Partial<DayCounts>, ofMs) => {
      counts = addCounts(counts, more);
      times.push(ofMs);
    },
    came: (outcome, ofMs) => {
      outcomes.push(outcome);
      times.push(ofMs);
    },
    documentText: () => text,
    armOf: (document) => ({ folder: '/f', storeDir: '/s', startedAt: 't', arm: 'rival' as const, document }),
    observe: ({ arm }, observation) => observations.push([arm, observation]),
    versionOf: (document) => ({ folder: '/f', storeDir: '/s', id: 'v-1', document }),
    used: ({ id }, observation) => uses.push([id, observation]),
    stands: (_, text, weight) => standing.push([text, weight]),
    later: (ms, check) => {
      checks.push({ ms, check });
      return () => {};
    },
  });
  return {
    recorder,
    offer: (
      offset: number,
      suggested: string,
      expectation: Expectation | null = null,
      alternatives: readonly string[] = [],
      replaceAfter = 0,
    ) =>
      recorder.offered({
        alternatives,
        id: '1',
        uri: 'file:///a',
        offset,
        text: suggested,
        replaceAfter,
        latencyMs: 100,
        expectation,
      }),
    edit: (edit: Edit) => {
      text = text.slice(0, edit.offset) + edit.text + text.slice(edit.offset + edit.length);
      recorder.edited('file:///a', edit);
    },
    pass: (ms: number) => {
      nowMs = 1000 + ms;
      for (const { check } of checks.filter((one) => one.ms === ms)) check();
    },
    turn: (on: boolean) => {
      isOn = on;
    },
    counts: () => counts,
    times,
    observations,
    uses,
    standing,
    outcomes,
  };
}

describe('the recorder of suggestions', () => {
  test('counts a fully inserted suggestion as accepted once, even when the editor reports it too', () => {
    const { offer, edit, recorder, counts } = scene('x = ');
    offer(4, 'compute(1)');
    edit({ offset: 4, length: 0, text: 'compute(1)' });
    recorder.accepted('1');
    expect(counts()).toMatchObject({ offered: 1, accepted: 1, acceptedCharacters: 10, partlyAccepted: 0 });
  });

  test('counts a suggestion as accepted that is inserted once what it replaces is deleted, as a snippet is', () => {
    const { offer, edit, recorder, counts } = scene("it('')");
    offer(4, "runs', () => {}", null, [], 1);
    edit({ offset: 4, length: 1, text: '' });
    edit({ offset: 4, length: 0, text: "runs', () => {}" });
    recorder.accepted('1');
    expect(counts()).toMatchObject({ offered: 1, accepted: 1, acceptedCharacters: 15 });
  });

  test('counts an accepted alternative with its own text', () => {
    const { offer, edit, pass, counts } = scene('x = ');
    offer(4, 'compute(1)', null, ['compute(12)', 'null']);
    edit({ offset: 4, length: 0, text: 'compute(12)' });
    pass(30_000);
    expect(counts()).toMatchObject({ offered: 1, accepted: 1, acceptedCharacters: 11, kept30s: 11, checked30s: 11 });
  });

  test('counts an inserted word as partly accepted and keeps the rest on offer', () => {
    const { offer, edit, counts } = scene('x = ');
    offer(4, 'compute(1)');
    edit({ offset: 4, length: 0, text: 'compute' });
    edit({ offset: 11, length: 0, text: '(1)' });
    expect(counts()).toMatchObject({
      accepted: 1,
      partlyAccepted: 1,
      partlyAcceptedCharacters: 7,
      acceptedCharacters: 3,
    });
  });

  test('counts no acceptance when a suggestion is typed key by key', () => {
    const { offer, edit, counts } = scene('x = ');
    offer(4, 'compute(1)');
    for (const [i, text] of [...'comp'].entries()) edit({ offset: 4 + i, length: 0, text });
    expect(counts()).toMatchObject({ accepted: 0, partlyAccepted: 0 });
  });

  test('closes the offer at an edit elsewhere', () => {
    const { offer, edit, counts } = scene('x = ');
    offer(4, 'compute(1)');
    edit({ offset: 0, length: 0, text: '// ' });
    edit({ offset: 4, length: 0, text: 'compute(1)' });
    expect(counts().accepted).toBe(0);
  });

  test('reports once whether an unasked first line was right, with its expected chance', () => {
    const { offer, edit, outcomes } = scene('x = ');
    const expectation = { writer: 'adapter', chance: 0.6 } as const;
    offer(4, 'compute(1)', expectation);
    edit({ offset: 4, length: 0, text: 'c' });
    // Every key asks again.
    offer(5, 'ompute(1)', { ...expectation, chance: 0.7 });
    expect(outcomes).toEqual([]);
    edit({ offset: 5, length: 0, text: 'ompute(1)' });
    edit({ offset: 14, length: 0, text: ';' });
    offer(15, 'y', expectation);
    edit({ offset: 15, length: 0, text: '\n' });
    offer(16, 'asked()', null);
    edit({ offset: 16, length: 0, text: 'x' });
    expect(outcomes).toEqual([
      { ...expectation, isRight: true },
      { ...expectation, isRight: false },
    ]);
  });

  test('counts the characters kept after 30 s and 5 min, wherever they have moved', () => {
    const { offer, edit, pass, counts } = scene('x = ');
    offer(4, 'compute(1)');
    edit({ offset: 4, length: 0, text: 'compute(1)' });
    edit({ offset: 0, length: 0, text: '// a line above\n' });
    pass(30_000);
    expect(counts()).toMatchObject({ kept30s: 10, checked30s: 10 });
    edit({ offset: 16 + 4, length: 7, text: 'f' });
    pass(300_000);
    expect(counts()).toMatchObject({ kept5min: 3, checked5min: 10 });
  });

  test('tells the arm of a live comparison of the offer, its acceptance and the share kept after 5 min', () => {
    const { offer, edit, pass, observations } = scene('x = ');
    offer(4, 'compute(1)');
    edit({ offset: 4, length: 0, text: 'compute(1)' });
    edit({ offset: 9, length: 5, text: '' });
    pass(30_000);
    pass(300_000);
    expect(observations).toEqual([
      ['rival', { kind: 'offered' }],
      ['rival', { kind: 'accepted' }],
      ['rival', { kind: 'survived', share: 0.5 }],
    ]);
  });

  test('tells the version of the suggestion and of the characters kept after 30 s', () => {
    const { offer, edit, pass, uses } = scene('x = ');
    offer(4, 'compute(1)');
    edit({ offset: 4, length: 0, text: 'compute(1)' });
    edit({ offset: 9, length: 5, text: '' });
    pass(30_000);
    pass(300_000);
    expect(uses).toEqual([
      ['v-1', { kind: 'suggested' }],
      ['v-1', { kind: 'kept', characters: 5 }],
    ]);
  });

  test('reports accepted lines as edited since, with a weight that grows with their age', () => {
    const { offer, edit, pass, standing } = scene('f()\n  x = \ng()\n');
    offer(10, 'compute(1)');
    edit({ offset: 10, length: 0, text: 'compute(1)' });
    edit({ offset: 18, length: 1, text: '23' });
    pass(30_000);
    edit({ offset: 10, length: 11, text: 'compute(a)' });
    pass(300_000);
    expect(standing).toEqual([
      ['  x = compute(23)', expect.closeTo(0.3 * 0.9)],
      ['  x = compute(a)', expect.closeTo(0.9)],
    ]);
  });

  test('reports no line of a suggestion that was deleted again', () => {
    const { offer, edit, pass, standing } = scene('x = ');
    offer(4, 'compute(1)');
    edit({ offset: 4, length: 0, text: 'compute(1)' });
    edit({ offset: 4, length: 10, text: '' });
    pass(30_000);
    expect(standing).toEqual([]);
  });

  test('counts outcomes at the time of the offer', () => {
    const { offer, edit, pass, recorder, times } = scene('x = ');
    offer(4, 'compute(1)', { writer: 'base', chance: 0.5 });
    edit({ offset: 4, length: 0, text: 'compute(1)' });
    pass(30_000);
    pass(300_000);
    expect(times).toEqual([1000, 1000, 1000, 1000, 1000]);
    recorder.cpuTime(5);
    expect(times.at(-1)).toBe(301_000);
  });

  test('counts nothing offered while statistics are off, but tells version and live comparison', () => {
    const { offer, edit, pass, turn, recorder, counts, outcomes, uses, observations } = scene('x = ');
    turn(false);
    offer(4, 'compute(1)', { writer: 'base', chance: 0.5 });
    recorder.cpuTime(5);
    turn(true);
    edit({ offset: 4, length: 0, text: 'compute(1)' });
    pass(30_000);
    pass(300_000);
    expect([counts(), outcomes]).toEqual([NO_COUNTS, []]);
    expect(uses).toHaveLength(2);
    expect(observations).toHaveLength(3);
  });

  test('counts no further outcomes of an offer once statistics are turned off', () => {
    const { offer, edit, pass, turn, counts, outcomes } = scene('x = ');
    offer(4, 'compute(1)', { writer: 'base', chance: 0.5 });
    turn(false);
    edit({ offset: 4, length: 0, text: 'comp' });
    edit({ offset: 8, length: 0, text: 'ute(1)' });
    pass(30_000);
    expect(counts()).toMatchObject({ offered: 1, accepted: 0, partlyAccepted: 0, checked30s: 0 });
    expect(outcomes).toEqual([]);
  });

  test('checks nothing in a closed document', () => {
    const { offer, edit, pass, recorder, counts } = scene('');
    offer(0, 'abc');
    edit({ offset: 0, length: 0, text: 'abc' });
    recorder.closed('file:///a');
    pass(30_000);
    expect(counts().checked30s).toBe(0);
  });
});

test.each([
  ['deleted completely', [{ offset: 2, length: 3, text: '' }], 'xxyy', 0],
  ['a letter inserted in its middle', [{ offset: 3, length: 0, text: '-' }], 'xxa-bcyy', 3],
  ['replaced across its start', [{ offset: 1, length: 2, text: 'Q' }], 'xQbcyy', 2],
  ['replaced across its end', [{ offset: 4, length: 2, text: '' }], 'xxaby', 2],
  ['text replaced after it', [{ offset: 5, length: 1, text: 'abc' }], 'xxabcabcy', 3],
])('the kept part of tracked text: %s', (_name, edits, document, kept) => {
  const tracked = new TrackedText(2, 'abc');
  for (const edit of edits) tracked.apply(edit);
  expect(tracked.kept(document)).toBe(kept);
});

test('the common subsequence keeps order', () => {
  expect(commonSubsequence('abcd', 'xbzdq')).toBe(2);
  expect(commonSubsequence('abc', 'cba')).toBe(1);
  expect(commonSubsequence('', 'abc')).toBe(0);
});
