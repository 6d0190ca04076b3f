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
])('reads an answer in which a figure is printed as %s', (printed, error) => {
  const line = `{"worst":"nan, or inf","error":${printed},"tensors":3,"models":[${printed},2]}`;
  expect(readAnswer(`building\n${line}\n`, schema)).toEqual({
    ...{ worst: 'nan, or inf', error, tensors: 3 },
    models: [error, 2],
  });
});

test('rejects an answer in which a count is not a number', () => {
  expect(() => readAnswer('{"worst":"","error":1,"tensors":nan,"models":[]}', schema)).toThrow();
});
