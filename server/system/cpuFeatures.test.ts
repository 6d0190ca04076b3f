import { expect, test } from 'vitest';
import { readFeatures } from './cpuFeatures.ts';

test.each([
  [
    'x86',
    'processor\t: 0\nflags\t\t: fpu sse2 avx fma avx2 amx_bf16 avx512f\nbugs\t: spectre\n\nprocessor\t: 1\nflags\t: fpu avx_vnni\n',
    ['avx', 'avx2', 'fma', 'avx512f', 'amx_bf16'],
  ],
  ['Arm', 'processor\t: 0\nFeatures\t: fp asimd asimddp i8mm bf16\n', ['asimd', 'asimddp', 'bf16', 'i8mm']],
  ['a system that lists none', '', []],
])('reads the features of %s', (_, cpuinfo, features) => {
  expect(readFeatures(cpuinfo)).toEqual(features);
});
