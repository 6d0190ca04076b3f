/** An adapter merged with its 4-bit base (test_merge.cc): what four bits would round away is kept. */
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';

const answer = z.object({
  onDevice: z.array(z.object({ of: z.string(), error: z.number() })),
  widened: z.array(z.object({ name: z.string(), type: z.string(), error: z.number() })),
  othersSame: z.boolean(),
  refused: z.string(),
  written: z.boolean(),
  cached: z.boolean(),
  growth: z.number(),
  grown: z.number(),
  pays: z.string(),
  ofExperts: z.string(),
});

let found: z.infer<typeof answer>;
beforeAll(() => {
  found = runNativeProgram('test_merge', [], answer);
}, 600_000);

test('a device merges an adapter as the host does, however small its factors are', () => {
  const { onDevice } = found;
  expect(onDevice).toHaveLength(10);
  // Only the rounding to the target type is left.
  for (const { of, error } of onDevice) expect(error, of).toBeLessThan(of.includes('to f32') ? 1e-5 : 0.3);
});

test('an adapter is merged on a device unless the wider weights take longer to read than its kernels take', () => {
  const { growth, grown, pays } = found;
  expect(grown).toBeGreaterThan(0);
  expect(growth).toBe(grown);
  expect(pays).toBe('yes no yes ');
});

test('a cached file that has gone since it was listed does not prevent a merge', () => {
  expect(found.cached).toBe(true);
});

test('an adapter of a mixture of experts is not merged: its weights have a third dimension', () => {
  expect(found.ofExperts).toMatch(/ffn_up_exps.*several experts/);
  expect(found.written).toBe(false);
});

test('a merge for export widens changed weights to q8_0 and leaves the others alone', () => {
  const { widened, othersSame, refused, written } = found;
  expect(widened.map(({ name, type }) => [name, type])).toEqual([
    ['blk.0.attn_q.weight', 'q8_0'],
    ['blk.1.ffn_down.weight', 'q8_0'],
  ]);
  // Back in four bits it would be well above 1: more noise than change.
  for (const { name, error } of widened) expect(error, name).toBeLessThan(0.3);
  expect(othersSame).toBe(true);
  expect(refused).toMatch(/blk\.9\.attn_q.*made for another model/);
  expect(written).toBe(false);
});
