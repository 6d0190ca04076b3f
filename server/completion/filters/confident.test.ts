import { expect, test } from 'vitest';
import { confident } from './confident.ts';
import { applied } from './testing.ts';

test('a suggestion the model is not sure of is held back', async () => {
  const sure = (confidence: number): Promise<string> =>
    applied(confident, 'x = ║', 'value', 'typescript', { confidence, leastConfidence: -1 });
  expect(await sure(-1.1)).toBe('dropped: not sure enough');
  expect(await sure(-1)).toBe('x = ⟦value⟧');
});
