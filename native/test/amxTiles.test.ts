/** How AMX's tiles are configured, whatever the compiler makes of the instruction (test_tiles_amx.cc). */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';

const answer = z.discriminatedUnion('configures', [
  z.object({ configures: z.literal(false) }),
  z.object({
    configures: z.literal(true),
    palette: z.number(),
    rowBytes: z.array(z.number()),
    rows: z.array(z.number()),
  }),
]);

test('every AMX tile has 16 rows of 64 bytes, even where the compiler drops stores that it takes for dead', {
  timeout: 240_000,
}, () => {
  const found = runNativeProgram('test_tiles_amx', [], answer);
  if (!found.configures) return; // another processor's build, or one without AVX-512
  expect(found).toMatchObject({
    palette: 1,
    rowBytes: Array.from({ length: 8 }, () => 64),
    rows: Array.from({ length: 8 }, () => 16),
  });
});
