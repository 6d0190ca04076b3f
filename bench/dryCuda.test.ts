import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { holds } from '../server/common/bars.ts';
import { type DryStep, dryBars } from './dryCuda.ts';
import { buildNativeProgram } from './nativeProgram.ts';

const seen: DryStep['seen'] = {
  peakBytes: 90,
  poolBytes: 10,
  kernels: 7,
  refused: 0,
  bytesSent: 1,
  bytesFetched: 1,
  products: { 'BF16 x BF16 in F32': 4, 'F32 x F32 in F32': 3 },
};
const good: DryStep = { shape: '7B', mib: 8188, capability: 89, plan: { text: '', totalBytes: 100 }, seen };
const taking = (changed: Partial<DryStep['seen']>): DryStep => ({ ...good, seen: { ...seen, ...changed } });

test.each<[string, readonly DryStep[], number, readonly string[]]>([
  ['every step within its plan', [good, good], 0, []],
  ['a step that does not come to its end', [good], 1, ['steps-not-ended']],
  ['one that takes more than planned', [good, taking({ peakBytes: 101 })], 0, ['memory-over-plan']],
  ['a launch that no card accepts', [taking({ refused: 1 }), good], 0, ['launches-refused']],
  [
    'weights summed in halves',
    [taking({ products: { 'F16 x F16 in F16': 4, 'BF16 x BF16 in F32': 1 } })],
    0,
    ['products-not-summed-in-f32'],
  ],
  ['weights converted to F32', [taking({ products: { 'F32 x F32 in F32': 7 } })], 0, ['products-not-summed-in-f32']],
  ['no step at all', [], 5, ['steps-not-ended', 'memory-over-plan', 'launches-refused', 'products-not-summed-in-f32']],
])('the bars of steps without a card show %s', (_title, steps, failed, missed) => {
  const bars = dryBars(steps, failed, []);
  expect(bars.filter((bar) => !holds(bar)).map(({ name }) => name)).toEqual(missed);
});

test('the bars of steps without a card show a faulty card that is used', () => {
  const missed = dryBars([good], 0, ['training by its name']).filter((bar) => !holds(bar));
  expect(missed.map(({ name }) => name)).toEqual(['faulty-cards-used']);
});

test.runIf(process.platform === 'linux')(
  "the stand-in for CUDA's libraries has their names, versions and functions",
  { timeout: 120_000 },
  () => {
    const folder = join(dirname(buildNativeProgram('dry_cuda')), 'dry_cuda');
    const read = (program: string, library: string, ...args: string[]): string =>
      spawnSync(program, [...args, join(folder, library)], { encoding: 'utf8' }).stdout;
    const found = read('nm', 'libcudart.so.13', '-D', '--defined-only');
    for (const name of [
      'cudaMalloc@@libcudart.so.13',
      '__cudaLaunchKernel@@libcudart.so.13',
      'cublasGemmEx@@libcublas.so.13',
      'cuMemCreate',
      'cuInit',
    ])
      expect(found).toContain(` T ${name}`);
    // Loaded for its name, and to be asked for a card's capability.
    expect(read('readelf', 'libcuda.so.1', '-d')).toMatch(/SONAME.*\[libcuda\.so\.1\]/);
    expect(read('readelf', 'libcuda.so.1', '-d')).toMatch(/NEEDED.*\[libcudart\.so\.13\]/);
  },
);
