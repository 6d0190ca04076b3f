import { describe, expect, it } from 'vitest';
import { describeOutlook, isTooShort, leastMinutes, tooShortMessage } from './outlook.ts';

describe('isTooShort', () => {
  it.each([
    ['is true for two steps of a large repository', 2, 0.01, true],
    ['is true for 29 steps', 29, 0.5, true],
    ['is false for 30 steps', 30, 0.02, false],
    ['is false for all of a small repository', 8, 4, false],
  ])('%s', (_, steps, epochs, short) => expect(isTooShort({ tokens: 512 * steps, steps, epochs })).toBe(short));
});

describe('describeOutlook', () => {
  it.each([
    [{ tokens: 41_234, steps: 80, epochs: 0.118 }, 'about 41,000 tokens in 80 steps: 12 % of the training text'],
    [{ tokens: 1234, steps: 1, epochs: 0.001 }, 'about 1,200 tokens in 1 step: less than 1 % of the training text'],
    [{ tokens: 9e5, steps: 400, epochs: 3.96 }, 'about 900,000 tokens in 400 steps: the training text 4.0 times'],
  ])('%j', (outlook, text) => expect(describeOutlook(outlook)).toBe(`Learning ${text}`));
});

describe('tooShortMessage', () => {
  const where = '(repotune.tuning.maxMinutes, with the run size "From settings"; on the command line: --minutes)';
  const secondsPerToken = 1 / 100;
  const outlook = { tokens: 2048, steps: 4, epochs: 0.02 };
  const all = { device: 'CPU', blocks: 24, adaptedBlocks: 24, parameters: 8e6 };

  it('states what would be learned, the minutes needed and how to continue anyway', () => {
    expect(leastMinutes(secondsPerToken, all)).toBeCloseTo((30 * 512 * 3.2) / 100 / 60, 6);
    const message = tooShortMessage(outlook, secondsPerToken, all);
    expect(message).toMatch(
      /^The time is too short: this machine would take about 4 training steps, and an adapter needs 30\. Allow/,
    );
    // It is read in a notification, too.
    expect(message.split(' ').length).toBeLessThan(80);
    expect(message).toContain(
      `Allow at least 11 minutes ${where}, adapt fewer blocks (--blocks 8 on the command line), choose a smaller base, or use a GPU.`,
    );
    expect(message).toMatch(/--anyway/);
  });

  it('does not suggest a GPU on a GPU', () => {
    const message = tooShortMessage(outlook, secondsPerToken, { ...all, device: 'Vulkan0' });
    expect(message).toContain(
      `Allow at least 11 minutes ${where}, adapt fewer blocks (--blocks 8 on the command line), or choose a smaller base.`,
    );
  });

  it('asks for less time with fewer adapted blocks, and does not suggest adapting fewer', () => {
    const message = tooShortMessage(outlook, secondsPerToken, { ...all, adaptedBlocks: 8 });
    expect(message).toContain(`Allow at least 6 minutes ${where}, choose a smaller base, or use a GPU.`);
    const onDevice = tooShortMessage(outlook, secondsPerToken, { ...all, device: 'Vulkan0', adaptedBlocks: 8 });
    expect(onDevice).toContain(`Allow at least 6 minutes ${where} or choose a smaller base.`);
    expect(tooShortMessage(outlook, secondsPerToken, { ...all, parameters: 5e8 })).not.toMatch(/blocks/);
  });
});
