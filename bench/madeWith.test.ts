/** A work folder that was made otherwise is refused, so that no figure compares what cannot be compared. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MadeWith, refusalOf, remember } from './madeWith.ts';

const published = { order: 'prefix-first', repoTokens: true } as const;
const suffixFirst = { order: 'suffix-first', repoTokens: true } as const;
const now: MadeWith = { model: 'abc', prompts: suffixFirst, places: 300, promptTokens: null, commit: 'c1' };
const tuned: MadeWith = { ...now, minutes: 10, other: 'chi at c9' };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repotune-work-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a folder is continued as it was started, and by arms that need more', () => {
  expect(refusalOf(join(folder, 'new'), now, published)).toBeNull();
  remember(join(folder, 'new'), now);
  for (const again of [now, tuned]) expect(refusalOf(join(folder, 'new'), again, published)).toBeNull();
});

test.each<[string, Partial<MadeWith>, string]>([
  ['prompts', { prompts: published }, 'prompts suffix-first with repository tokens, now prefix-first with'],
  ['base', { model: 'def' }, 'base abc, now def'],
  ['duration of tunes', { minutes: 30 }, '--minutes 10, now 30'],
  ['limit of prompts', { promptTokens: 512 }, '--prompt-tokens of any number, now 512'],
  ['number of places', { places: 150 }, '--places 300, now 150'],
  ['commit', { commit: 'c2' }, 'commit c1, now c2'],
  ['other repository', { other: 'gin at c9' }, 'other repository chi at c9, now gin at c9'],
])('another %s is refused with what differs and what to do, also after a run without tunes', (_, other, words) => {
  remember(folder, tuned);
  remember(folder, now);
  const refusal = refusalOf(folder, { ...tuned, ...other }, published);
  expect(refusal).toContain(words);
  expect(refusal).toContain('--work');
});

const made = { answers: 'base.jsonl', tune: 'tune-own' };
test.each<[string, string[], MadeWith['prompts'], boolean]>([
  ['answers, by a base whose prompts have changed', [made.answers], suffixFirst, true],
  ['a tune, of a base whose prompts have changed', [made.tune], suffixFirst, true],
  ['answers and a tune of a base whose prompts are the same', [made.answers, made.tune], published, false],
  ['only places', ['places.json'], suffixFirst, false],
  ['places, and answers to the same prompts as ever', ['places.json', 'base-prefix-first.jsonl'], suffixFirst, false],
])('a folder older than the record that holds %s', (_, names, prompts, refused) => {
  for (const name of names) mkdirSync(join(folder, name));
  const refusal = refusalOf(folder, { ...now, prompts }, published);
  expect(refusal !== null).toBe(refused);
  if (refusal === null) return;
  // Somebody who knows better says so with what the message names.
  const [, text, file] = / write (\{.*\}) into (.*)\.$/.exec(refusal)!;
  writeFileSync(file!, text!);
  expect(refusalOf(folder, { ...now, prompts }, published)).toBeNull();
});
