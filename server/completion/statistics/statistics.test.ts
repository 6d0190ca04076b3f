import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { latencyOf } from '../../protocol/latencies.ts';
import { addCounts, type DayCounts, NO_COUNTS } from '../../protocol/statistics.ts';
import type { Expectation } from './firstLines.ts';
import { moved, type Outcome, UNKNOWN } from './lean.ts';
import { Recorder } from './recorder.ts';
import { StatisticsStore } from './store.ts';
import { commonSubsequence, type Edit, TrackedText } from './survival.ts';

function scene(document: string) {
  let text = document;
  let counts = NO_COUNTS;
  const observations: unknown[] = [];
  const uses: unknown[] = [];
  const standing: unknown[] = [];
  const checks: { ms: number; check: () => void }[] = [];
  const outcomes: Outcome[] = [];
  const recorder = new Recorder({
    add: (more: Partial<DayCounts>) => {
      counts = addCounts(counts, more);
    },
    came: (outcome) => outcomes.push(outcome),
    documentText: () => text,
    armOf: () => ({ folder: '/f', storeDir: '/s', startedAt: 't', arm: 'rival' as const }),
    observe: ({ arm }, observation) => observations.push([arm, observation]),
    versionOf: () => ({ folder: '/f', storeDir: '/s', id: 'v-1' }),
    used: ({ id }, observation) => uses.push([id, observation]),
    stands: (_, text, weight) => standing.push([text, weight]),
    later: (ms, check) => {
      checks.push({ ms, check });
      return () => {};
    },
  });
  return {
    recorder,
    offer: (offset: number, suggested: string, expectation: Expectation | null = null) =>
      recorder.offered({
        id: '1',
        uri: 'file:///a',
        offset,
        text: suggested,
        replaceAfter: 0,
        latencyMs: 100,
        expectation,
      }),
    edit: (edit: Edit) => {
      text = text.slice(0, edit.offset) + edit.text + text.slice(edit.offset + edit.length);
      recorder.edited('file:///a', edit);
    },
    pass: (ms: number) => {
      for (const { check } of checks.filter((one) => one.ms === ms)) check();
    },
    counts: () => counts,
    observations,
    uses,
    standing,
    outcomes,
  };
}

describe('what becomes of a suggestion', () => {
  test('inserted whole it is accepted, once, also when the editor says so too', () => {
    const { offer, edit, recorder, counts } = scene('x = ');
    offer(4, 'compute(1)');
    edit({ offset: 4, length: 0, text: 'compute(1)' });
    recorder.accepted('1');
    expect(counts()).toMatchObject({ offered: 1, accepted: 1, acceptedCharacters: 10, partlyAccepted: 0 });
  });

  test('a word of it at once is a part, the rest stays offered', () => {
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

  test('typing it key by key accepts nothing', () => {
    const { offer, edit, counts } = scene('x = ');
    offer(4, 'compute(1)');
    for (const [i, text] of [...'comp'].entries()) edit({ offset: 4 + i, length: 0, text });
    expect(counts()).toMatchObject({ accepted: 0, partlyAccepted: 0 });
  });

  test('an edit elsewhere closes the offer', () => {
    const { offer, edit, counts } = scene('x = ');
    offer(4, 'compute(1)');
    edit({ offset: 0, length: 0, text: '// ' });
    edit({ offset: 4, length: 0, text: 'compute(1)' });
    expect(counts().accepted).toBe(0);
  });

  test('whether its first line was right is told once, with what was expected of it, of what was shown unasked', () => {
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

  test('what stays of it is looked at after 30 s and 5 min, wherever it has moved', () => {
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

  test('in a live comparison its arm hears of the offer, the acceptance, and what stays after five minutes', () => {
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

  test('its version hears of the suggestion, and of what stays after half a minute', () => {
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

  test('what stands of it is learned from as it was edited, the more the longer it has stood', () => {
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

  test('of one that was deleted again nothing is learned', () => {
    const { offer, edit, pass, standing } = scene('x = ');
    offer(4, 'compute(1)');
    edit({ offset: 4, length: 0, text: 'compute(1)' });
    edit({ offset: 4, length: 10, text: '' });
    pass(30_000);
    expect(standing).toEqual([]);
  });

  test('a closed document is not looked at', () => {
    const { offer, edit, pass, recorder, counts } = scene('');
    offer(0, 'abc');
    edit({ offset: 0, length: 0, text: 'abc' });
    recorder.closed('file:///a');
    pass(30_000);
    expect(counts().checked30s).toBe(0);
  });
});

test.each([
  ['deleted whole', [{ offset: 2, length: 3, text: '' }], 'xxyy', 0],
  ['a letter in its middle', [{ offset: 3, length: 0, text: '-' }], 'xxa-bcyy', 3],
  ['replaced across its start', [{ offset: 1, length: 2, text: 'Q' }], 'xQbcyy', 2],
  ['replaced across its end', [{ offset: 4, length: 2, text: '' }], 'xxaby', 2],
  ['text behind', [{ offset: 5, length: 1, text: 'abc' }], 'xxabcabcy', 3],
])('tracked text: %s', (_name, edits, document, kept) => {
  const tracked = new TrackedText(2, 'abc');
  for (const edit of edits) tracked.apply(edit);
  expect(tracked.kept(document)).toBe(kept);
});

test('the common subsequence keeps order', () => {
  expect(commonSubsequence('abcd', 'xbzdq')).toBe(2);
  expect(commonSubsequence('abc', 'cba')).toBe(1);
  expect(commonSubsequence('', 'abc')).toBe(0);
});

describe('the file', () => {
  test('counts of several windows add up, and a damaged file starts anew', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'repotune-statistics-')), 'data', 'statistics.json');
    const [one, two] = [new StatisticsStore(path, () => '2026-01-02'), new StatisticsStore(path, () => '2026-01-03')];
    one.add({ offered: 2, latencies: latencyOf(30) });
    await one.flush();
    two.add({ offered: 1, accepted: 1 });
    await two.flush();
    one.add({ offered: 1 });
    await one.flush();
    const days = await two.days();
    expect(days.get('2026-01-02')).toMatchObject({ offered: 3, latencies: latencyOf(30) });
    expect(days.get('2026-01-03')).toMatchObject({ offered: 1, accepted: 1 });
    // As an older version wrote it.
    await writeFile(path, '{"days": {"2026-01-01": {"offered": 5, "engineMs": 700}}}');
    expect((await one.days()).get('2026-01-01')).toEqual({ ...NO_COUNTS, offered: 5 });
    one.add({ offered: 1, cpuMs: 30 });
    await one.flush();
    expect((await two.days()).get('2026-01-02')).toMatchObject({ cpuMs: 30 });
    await writeFile(path, '{"days": 7');
    one.add({ offered: 1 });
    await one.flush();
    expect(JSON.parse(await readFile(path, 'utf8')).days['2026-01-02'].offered).toBe(1);
  });

  test('has counts and no word of what was offered, written or open', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'repotune-statistics-')), 'statistics.json');
    const store = new StatisticsStore(path, () => '2026-01-02');
    const text = "connect('svc', 'kQ7vZp2wXr9tLm4c')";
    const recorder = new Recorder({
      add: (counts) => store.add(counts),
      came: (outcome) => store.came(outcome),
      documentText: () => text,
      armOf: () => null,
      observe: () => {},
      versionOf: () => null,
      used: () => {},
      stands: () => {},
      later: () => () => {},
    });
    recorder.offered({
      id: '1',
      uri: 'file:///home/ada/svc.ts',
      offset: 0,
      text,
      replaceAfter: 0,
      latencyMs: 100,
      expectation: { writer: 'base', chance: 0.5 },
    });
    recorder.edited('file:///home/ada/svc.ts', { offset: 0, length: 0, text });
    await store.flush();
    const { days, leans } = JSON.parse(await readFile(path, 'utf8')) as Record<
      'days' | 'leans',
      Record<string, Record<string, unknown>>
    >;
    expect(Object.keys(days)).toEqual(['2026-01-02']);
    expect(days['2026-01-02']).toMatchObject({ offered: 1, accepted: 1 });
    expect(leans['base']!['logOdds']).toBeGreaterThan(0);
    const values = [...Object.values(days), ...Object.values(leans)].flatMap((day) => Object.values(day).flat());
    expect(values.filter((value) => typeof value !== 'number')).toEqual([]);
  });

  test('what several windows learn of a person adds up', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'repotune-statistics-')), 'statistics.json');
    const [one, two] = [new StatisticsStore(path, () => '2026-01-02'), new StatisticsStore(path, () => '2026-01-02')];
    const outcome = { writer: 'base', chance: 0.5, isRight: false } as const;
    // As an older version wrote it.
    await writeFile(path, '{"days": {"2026-01-01": {"offered": 5}}}');
    expect(await one.leans()).toEqual(UNKNOWN);
    one.came(outcome);
    await one.flush();
    two.came(outcome);
    const both = [outcome, outcome].reduce(moved, UNKNOWN);
    expect(await two.leans()).toEqual(both);
    await two.flush();
    expect(await one.leans()).toEqual(both);
    expect((await one.days()).get('2026-01-01')).toMatchObject({ offered: 5 });
    await writeFile(path, '{"days": {}, "leans": {"base": {"logOdds": -30, "weight": 1}}}');
    expect(await one.leans()).toEqual(UNKNOWN);
  });

  test('loses no count of two processes that write at the same time', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'repotune-statistics-')), 'statistics.json');
    const module = new URL('./store.ts', import.meta.url).href;
    const program = `
      const { StatisticsStore } = await import(${JSON.stringify(module)});
      const store = new StatisticsStore(${JSON.stringify(path)}, () => '2026-01-02');
      for (let i = 0; i < 60; i++) {
        store.add({ offered: 1 });
        const writing = store.flush();
        store.add({ accepted: 1 });
        await writing;
      }
      await store.flush();`;
    const windows = [1, 2].map(() =>
      spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'ignore', 'inherit'] }),
    );
    for (const window of windows) if (window.exitCode === null) await once(window, 'exit');
    expect(windows.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const days = await new StatisticsStore(path, () => '2026-01-02').days();
    expect(days.get('2026-01-02')).toMatchObject({ offered: 120, accepted: 120 });
  }, 60_000);
});
