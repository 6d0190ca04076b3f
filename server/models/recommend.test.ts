import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { type Hardware, judge, recommend } from './recommend.ts';

/** A laptop whose bundled-base self-test gave these figures; a larger machine is a multiple of it. */
const laptop: Hardware = {
  totalMemoryBytes: 16e9,
  availableMemoryBytes: 9e9,
  speed: 'measured',
  bytesPerSecond: 20e9,
  blockOverheadMs: 0.05,
};
const faster = (times: number): Hardware => ({ ...laptop, bytesPerSecond: 20e9 * times });

describe('recommending a base model', () => {
  it.each([
    ['a slow laptop', faster(0.2), 'bundled'],
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
  ] as const)("says that the speed is the CPU's, and that it is %s", (_what, hardware, said) => {
    expect(recommend(catalogue, hardware).reason).toMatch(said);
  });

  it('never recommends a model whose licence limits use, though it fits', () => {
    const research = catalogue.find(({ id }) => id === 'qwen2.5-coder-3b')!;
    const hardware = faster(8);
    expect(judge(research, hardware).kind).toBe('comfortable');
    expect(recommend([research], hardware).kind).toBe('bundled');
  });

  it('says how much memory is missing', () => {
    expect(judge(catalogue.at(-1)!, { ...laptop, availableMemoryBytes: 4e9 })).toMatchObject({
      kind: 'too-large',
      reason: expect.stringContaining('GB'),
    });
  });
});
