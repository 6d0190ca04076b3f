import { expect, test } from 'vitest';
import * as z from 'zod';
import { figure, readAnswer } from './nativeProgram.ts';

const schema = z.object({ worst: z.string(), error: figure, tensors: z.number(), models: z.array(figure) });

test.each([
  ['nan', Number.NaN],
  ['-nan', Number.NaN],
  ['-nan(ind)', Number.NaN],
  ['inf', Number.NaN],
  ['-inf', Number.NaN],
  ['1.5e-03', 0.0015],
])('a program that prints %s is read', (printed, error) => {
  const line = `{"worst":"nan, or inf","error":${printed},"tensors":3,"models":[${printed},2]}`;
  expect(readAnswer(`building\n${line}\n`, schema)).toEqual({
    ...{ worst: 'nan, or inf', error, tensors: 3 },
    models: [error, 2],
  });
});

test('a count that is no number is no answer', () => {
  expect(() => readAnswer('{"worst":"","error":1,"tensors":nan,"models":[]}', schema)).toThrow();
});
