import { expect, test } from 'vitest';
import * as z from 'zod';
import { placeOf } from './expectation.ts';
import { readSettings } from './settings.ts';

const said = (raw: object): string | undefined => readSettings(raw).problems[0];

test.each<[object, string]>([
  [{ completions: { maxTokens: 'many' } }, 'repotune.completions.maxTokens must be a number: 96 is used instead.'],
  [{ completions: { maxTokens: 12.5 } }, 'repotune.completions.maxTokens must be a whole number: 96 is used instead.'],
  [{ completions: { maxTokens: 4 } }, 'repotune.completions.maxTokens must be 8 or more: 96 is used instead.'],
  [{ tuning: { rank: 500 } }, 'repotune.tuning.rank must be 128 or less: 16 is used instead.'],
  [{ tuning: { maxMinutes: 'long' } }, 'repotune.tuning.maxMinutes must be a number: 0 is used instead.'],
  [{ tuning: { maxMinutes: -1 } }, 'repotune.tuning.maxMinutes must be 0 or more: 0 is used instead.'],
  [{ tuning: { maxMinutes: 0.05 } }, 'repotune.tuning.maxMinutes must be 0, or 0.1 or more: 0 is used instead.'],
  [{ completions: { enabled: 'on' } }, 'repotune.completions.enabled must be true or false: true is used instead.'],
  [{ device: 'tpu' }, 'repotune.device must be auto, cpu, cuda, vulkan or metal: "auto" is used instead.'],
  [{ sharing: { remote: '' } }, 'repotune.sharing.remote must be a text that is not empty: "origin" is used instead.'],
  [
    { completions: { languages: { go: 'yes' } } },
    'repotune.completions.languages must be one in which everything is true or false: {"*":true} is used instead.',
  ],
])('%j is refused in our words, not in those of the schema library', (raw, sentence) => {
  expect(said(raw)).toBe(`The setting ${sentence}`);
});

test.each([
  [{ base: { sha256: 3 } }, 'base.sha256'],
  [3, 'as a whole'],
])('names the place where %j is wrong', (value, place) => {
  const schema = z.object({ base: z.object({ sha256: z.string() }) });
  expect(placeOf(schema.safeParse(value).error!)).toBe(place);
});
