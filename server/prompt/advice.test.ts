import { expect, test } from 'vitest';
import { withPromptAdvice } from './advice.ts';
import { layout } from './build.ts';

test('whoever exports an adapter with suffix-first prompts learns how it has to be asked', () => {
  const said = withPromptAdvice('Exported.', { order: 'suffix-first' });
  const parts = layout(
    { order: 'suffix-first', repoTokens: false },
    { repoName: '', context: '', prefix: 'BEFORE', suffix: 'AFTER' },
  );
  const names = { fimPrefix: '<fim_prefix>', fimSuffix: '<fim_suffix>', fimMiddle: '<fim_middle>' };
  const written = parts.map((part) => ('text' in part ? part.text : names[part.special as keyof typeof names]));
  expect(said).toMatch(/^Exported\. /);
  expect(said).toContain(written.join(''));
});

test('nothing is said of the published order, or of an adapter that does not say', () => {
  expect(withPromptAdvice('Exported.', { order: 'prefix-first' })).toBe('Exported.');
  expect(withPromptAdvice('Exported.', undefined)).toBe('Exported.');
});
