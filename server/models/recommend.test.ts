import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { fitOf, type Hardware, recommend } from './recommend.ts';

/** A laptop whose bundled-base self-test gave these figures; larger machines are multiples of it. */
const laptop: Hardware = {
  totalMemoryBytes: 16e9,
  availableMemoryBytes: 9e9,
  speed: 'measured',
  bytesPerSecond: 20e9,
  blockOverheadMs: 0.05,
  operationsPerSecond: 100e9,
  devices: [],
};
/** A graphics card with 8 GB, most of it free. */
const card = {
  name: 'CUDA0',
  description: 'GeForce',
  freeBytes: 7.2e9,
  totalBytes: 8e9,
  bytesPerSecond: 250e9,
};
const faster = (times: number): Hardware => ({ ...laptop, bytesPerSecond: 20e9 * times });

describe('recommending a base model', () => {
  it.each([
    ['a slow laptop', faster(0.2), 'bundled'],
    ['a machine that serves the smallest model in time, though not comfortably', faster(0.45), 'qwen2.5-coder-0.5b'],
    ['a laptop', laptop, 'qwen2.5-coder-0.5b'],
    ['a fast desktop', faster(3), 'qwen2.5-coder-1.5b'],
    ['a fast server', { ...faster(25), availableMemoryBytes: 100e9, totalMemoryBytes: 128e9 }, 'qwen2.5-coder-7b'],
    ['a fast machine with 4 GB', { ...faster(25), totalMemoryBytes: 4e9 }, 'qwen2.5-coder-1.5b'],
    ['a machine with 1 GB free', { ...faster(10), availableMemoryBytes: 0.6e9 }, 'bundled'],
  ] as const)('%s gets %s', (_what, hardware, expected) => {
    const chosen = recommend(catalogue, hardware);
    expect(chosen.kind === 'bundled' ? 'bundled' : chosen.entry.id).toBe(expected);
    expect(chosen.reason).toMatch(/\d/);
  });

  it.each([
    ['measured', laptop, /measured on the CPU.*A GPU can take a larger one/],
    ['measured', faster(0.2), /measured on the CPU.*A GPU can take a larger one/],
    ['assumed', { ...laptop, speed: 'assumed' }, /could not be measured/],
  ] as const)('says that the speed of the CPU is %s', (_what, hardware, said) => {
    expect(recommend(catalogue, hardware).reason).toMatch(said);
  });

  it('never recommends a model whose licence limits use, though it fits', () => {
    const research = catalogue.find(({ id }) => id === 'qwen2.5-coder-3b')!;
    const hardware = faster(8);
    expect(fitOf(research, hardware).kind).toBe('comfortable');
    expect(recommend([research], hardware).kind).toBe('bundled');
  });

  it('says in GB why a model is too large', () => {
    expect(fitOf(catalogue.at(-1)!, { ...laptop, availableMemoryBytes: 4e9 })).toMatchObject({
      kind: 'too-large',
      reason: expect.stringContaining('GB'),
    });
  });

  it.each([
    ['what fits a GPU, though the CPU could not serve it', [card], 'qwen2.5-coder-1.5b'],
    [
      'a larger one on a roomier GPU',
      [{ ...card, freeBytes: 23e9, totalBytes: 24e9, bytesPerSecond: 800e9 }],
      'qwen2.5-coder-7b',
    ],
    ['what the second GPU has room for', [{ ...card, freeBytes: 0.1e9 }, card], 'qwen2.5-coder-1.5b'],
    ['no more than the CPU serves where the GPU is full', [{ ...card, freeBytes: 0.1e9 }], 'bundled'],
    ['no more than the CPU serves where the GPU could not be timed', [{ ...card, bytesPerSecond: 0 }], 'bundled'],
    [
      'the smallest where a slow GPU serves only that in time',
      [{ ...card, bytesPerSecond: 8e9 }],
      'qwen2.5-coder-0.5b',
    ],
    ['nothing a slow GPU cannot serve in time', [{ ...card, bytesPerSecond: 6e9 }], 'bundled'],
  ])('recommends %s', (_what, devices, expected) => {
    const chosen = recommend(catalogue, { ...faster(0.2), devices });
    expect(chosen.kind === 'bundled' ? 'bundled' : chosen.entry.id).toBe(expected);
  });

  it('explains a choice by the GPU with its speed and the needed, free and total memory', () => {
    const { reason } = recommend(catalogue, { ...laptop, devices: [card] });
    expect(reason).toMatch(
      /1\.5B, measured on the GPU: about \d+ ms per suggestion on GeForce, 2\.1 GB of the 7\.2 GB free there/,
    );
    expect(reason).toContain('8.0 GB in total');
    expect(reason).not.toMatch(/A GPU can|CPU/);
  });

  it('rejects a GPU without a quarter of the weights free beside them, with the figures', () => {
    const large = catalogue.at(-1)!;
    const full = fitOf(large, { ...faster(25), devices: [{ ...card, freeBytes: 10e9, totalBytes: 12e9 }] });
    expect(full.reason).toContain('GeForce has no room for it (10.1 GB; 10.0 GB of 12.0 GB free)');
    expect(fitOf(large, { ...laptop, devices: [{ ...card, freeBytes: 10.2e9 }] })).toMatchObject({
      device: { name: 'CUDA0' },
    });
  });

  it('says that a GPU could not be measured', () => {
    const untimed = { ...card, bytesPerSecond: 0 };
    expect(recommend(catalogue, { ...faster(3), devices: [untimed] }).reason).toContain(
      'the GPU could not be measured',
    );
  });
});
