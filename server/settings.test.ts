import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test.each([undefined, null, {}, 'text', [], { completions: null, model: 3 }])(
  'from %j every setting has its default',
  (raw) => {
    const { settings, problems } = readSettings(raw);
    expect(settings.completions.enabled).toBe(true);
    expect(settings.model.baseType).toBe('q4_0');
    expect(problems).toEqual([]);
  },
);

test('a value that is not usable falls back alone, and is named', () => {
  const { settings, problems } = readSettings({ completions: { enabled: false, maxTokens: 'many' }, device: 'tpu' });
  expect(settings.completions).toMatchObject({ enabled: false, maxTokens: 96 });
  expect(settings.device).toBe('auto');
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain('repotune.completions.maxTokens');
  expect(problems[1]).toContain('repotune.device');
});
