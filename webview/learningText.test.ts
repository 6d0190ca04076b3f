import { expect, test } from 'vitest';
import type { LearningEvent, RecordedEdits } from '../server/protocol/index.ts';
import { eventText, keepTunedText, lessonTitle, recordedText, weekRow } from './learningText.ts';

test.each<[LearningEvent, string]>([
  [{ kind: 'commits', atMs: 0, count: 1 }, '1 commit'],
  [{ kind: 'commits', atMs: 0, count: 12 }, '12 commits'],
  [
    { kind: 'tune', atMs: 0, adapterId: 'a', name: 'app', pairs: 40, lossBase: 2, lossTuned: 1.8 },
    'app was tuned on 40 pairs, held-out loss 2.000 → 1.800',
  ],
  [
    { kind: 'tune', atMs: 0, adapterId: 'a', name: 'app', pairs: 1, lossBase: null, lossTuned: null },
    'app was tuned on 1 pair',
  ],
  [
    { kind: 'gate', atMs: 0, name: 'app', passed: false, reason: 'Kept: it is no better.' },
    'Refused app. Kept: it is no better.',
  ],
  [
    { kind: 'gate', atMs: 0, name: 'app', passed: false, reason: 'Kept, not activated: it may be chance.' },
    'app was kept, not activated: it may be chance.',
  ],
  [
    { kind: 'gate', atMs: 0, name: 'app', passed: true, reason: 'Activated: 8.5 % lower loss.' },
    'app was activated: 8.5 % lower loss.',
  ],
  [{ kind: 'gate', atMs: 0, name: 'app', passed: true, reason: '' }, 'Accepted app.'],
  [{ kind: 'serves', atMs: 0, name: 'app', why: 'activated' }, 'app became active'],
  [{ kind: 'serves', atMs: 0, name: null, why: 'rolled back' }, 'Rolled back to the base model'],
  [{ kind: 'serves', atMs: 0, name: null, why: 'turned off' }, 'The base model completes alone'],
])('describes the event %j', (event, text) => expect(eventText(event)).toBe(text));

test('a week shows shares only where suggestions were offered and rechecked', () => {
  const week = { monday: '2026-03-09', commits: 3, tunes: 1, offered: 10, accepted: 3, kept: 10, checked: 20 };
  expect(weekRow(week)).toEqual(['Mar 9', '3', '1', '30 %', '10 (50\u00a0%)']);
  expect(weekRow({ ...week, offered: 0, checked: 0 })).toEqual(['Mar 9', '3', '1', '–', '–']);
});

test('a lesson is titled by its place and the change of its loss', () => {
  const lesson = { path: 'src/a.ts', line: 12, before: '', text: '', lossBefore: 2.31, lossAfter: 0.87 };
  expect(lessonTitle(lesson)).toBe('src/a.ts:12, loss 2.31 → 0.87 (−1.44)');
});

test.each([
  [null, false, /only when you ask/],
  [{ on: false, running: false, text: '' }, false, /only when you ask/],
  [{ on: true, running: false, text: 'waits for mains power' }, false, /^Keep tuned: waits for mains power\.$/],
  [{ on: true, running: false, text: '' }, false, /is on/],
  [{ on: true, running: false, text: 'waits' }, true, /paused/],
])('says whether %j goes on, paused %s', (state, paused, text) => expect(keepTunedText(state, paused)).toMatch(text));

const none = { edits: 0, files: 0, sinceMs: null };
const some = { edits: 12, files: 1, sinceMs: Date.UTC(2026, 2, 9, 12) };
test.each<[RecordedEdits, number, RegExp]>([
  [{ on: false, ...none }, 0, /^Edits are not recorded here\. The setting repotune\.nextEdit\.record is off\.$/],
  [{ on: true, ...none }, 0, /^No edits are recorded here yet\. An edit is recorded ten seconds after/],
  [{ on: true, ...some }, 0, /^12 edits in 1 file are recorded here, since \S*2026\S*\. An edit is/],
  [{ on: false, ...some }, 0, /2026\S*\. The setting repotune\.nextEdit\.record is off: no more are added\.$/],
  [{ on: true, ...some, edits: 1 }, 1, /^1 edit in 1 file is recorded .* 1 line of accepted suggestions is remembered/],
  [{ on: false, ...none }, 40, /40 lines of accepted suggestions are remembered by a hash, without the text\.$/],
])('describes recorded edits %j and %d standing lines', (recorded, standing, text) => {
  expect(recordedText(recorded, standing)).toMatch(text);
});
