import { expect, it } from 'vitest';
import * as z from 'zod';
import { whyInvalid } from './invalid.ts';

const schema = z.strictObject({ format: z.literal(1), toolVersion: z.string() });

it.each<[string, unknown, RegExp]>([
  [
    'of a newer release',
    { format: 1, toolVersion: '0.10.0', more: 1 },
    /^was written by a newer Repotune \(0\.10\.0\): update/,
  ],
  ['in a newer format', { format: 2, toolVersion: '0.9.0' }, /^was written by a newer Repotune \(0\.9\.0\)/],
  [
    'in a newer format, with a release that is not one',
    { format: 2, toolVersion: 'x\n' },
    /^was written by a newer Repotune: /,
  ],
  ['of the same release', { format: 1, toolVersion: '0.9.1', more: 1 }, /^is not valid \(as a whole\)/],
  ['of an older release', { format: 1, toolVersion: '0.8.20', more: 1 }, /^is not valid/],
  ['without a release', { format: 1 }, /^is not valid \(toolVersion\)/],
  ['that is a list', [1], /^is not valid/],
  ['that is nothing', null, /^is not valid/],
])('a description %s', (_, value, why) => {
  expect(whyInvalid(value, schema.safeParse(value).error!, '0.9.1')).toMatch(why);
});
