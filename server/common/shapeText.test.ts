import { expect, it } from 'vitest';
import { shapeText } from './shapeText.ts';

const adapter = { rank: 16, alpha: 16, rsLora: false, sizeBytes: 1_500_000 };

it('names the scale at which an adapter is applied only where it is not 1', () => {
  expect(shapeText({ adapter, training: {} })).toBe('rank 16, alpha 16, 1.5 MB');
  expect(shapeText({ adapter, training: { adapterScale: 1 } })).toBe('rank 16, alpha 16, 1.5 MB');
  const half = shapeText({ adapter: { ...adapter, rsLora: true }, training: { adapterScale: 0.5 } });
  expect(half).toBe('rank 16, alpha 16 (applied at 0.5), rsLoRA, 1.5 MB');
});
