/** Checks that find nothing wrong because they examined nothing must fail their bars. */
import { describe, expect, test } from 'vitest';
import { type Bar, holds } from '../server/common/bars.ts';
import { canaryBars } from './canaries/bars.ts';
import { type CiRun, ciBars } from './ci/bars.ts';
import { clusterBars, lostWorkers } from './cluster/bars.ts';
import { gpuBars } from './gpuCheck.ts';
import { gradientBars } from './gradients.ts';
import { judge, type Seen } from './hostile/judge.ts';
import type { Visit } from './hostile/offences.ts';
import { STEPS } from './hostile/room.ts';
import { leakageBars } from './leakage/bars.ts';
import { parityBars } from './parity.ts';
import { peftBars } from './peft/compare.ts';
import { qualityBars } from './quality/bars.ts';
import { secretBars } from './secrets/bars.ts';
import { shareKillBars } from './shareKill/bars.ts';
import { largestOf, shownBy, smallestOf } from './shownBy.ts';
import { soakBars } from './soak/bars.ts';
import { barsOf as usefulnessBars } from './usefulness/figures.ts';

const missed = (bars: readonly Bar[]): string[] => bars.filter((bar) => !holds(bar)).map(({ name }) => name);

const gradients = {
  ...{ maxRelativeError: 0, zeroGradientTensors: 0, tensors: 0, directions: 16, worst: '', signedError: 0 },
  ...{ worstSigned: '', kernelError: 0, worstKernel: '', error8Bits: 0, worst8Bits: '', error7Bits: 0 },
  ...{ worst7Bits: '', frozenError: 0, worstFrozen: '', frozenDifferences: 0, models: [], has8Bits: true },
};
const compared = {
  ...{ ...gradients, tensors: 300, models: [{ model: 'llama', maxRelativeError: 0 }] },
  ...{ worst8Bits: 'integer-avxvnni, llama', worst7Bits: 'integer-avx2, llama' },
};
const gpu = {
  ...{ device: 'none', description: '', tensors: 0, gradientRelativeError: 0, gradientCosine: 1, worst: '' },
  ...{ metalRelativeError: 0, metalWorst: '', realShapeTokens: 0, realShapeRelativeError: 0 },
  ...{ lossCurveDifferencePercent: 0, lossFallPercent: 0 },
};
const parity = { maxDifferenceReference: 0, maxDifferenceKernels: 0, maxDifferenceInteger: 0 };
const edited = { requests: 0, offered: 0, compared: 0, leakedRequests: 0, wrongPositionEdits: 0 };
const none = { exposed: 0, learned: 0 };

/** Bars of a run that saw nothing, bars of a good run, and the expected names. */
const checks: readonly [string, Bar[], Bar[], readonly string[]][] = [
  [
    'check:gradients',
    gradientBars(gradients),
    gradientBars(compared),
    [
      ...['max-relative-error', 'signed-relative-error', 'kernel-relative-error', 'integer-8-bit-relative-error'],
      ...['integer-7-bit-relative-error', 'frozen-relative-error', 'frozen-cache-differences', 'zero-gradient-tensors'],
    ],
  ],
  [
    'check:parity',
    parityBars({ ...parity, models: [] }),
    parityBars({ ...parity, models: [{ model: 'llama', type: 'f32', reference: 0, kernels: 0, integer: 0 }] }),
    ['max-difference-reference', 'max-difference-kernels', 'max-difference-integer'],
  ],
  [
    'check:gpu',
    gpuBars(gpu),
    gpuBars({ ...gpu, tensors: 400, realShapeTokens: 1024, lossFallPercent: 30 }),
    [
      ...['gradient-relative-error', 'gradient-cosine', 'gradient-relative-error-152k', 'metal-op-set-relative-error'],
      'loss-curve-difference-percent',
    ],
  ],
  [
    'check:peft',
    peftBars([]),
    peftBars([
      { architecture: 'llama', lossDifferencePercent: 0, importedLogitDifference: 0, exportedLogitDifference: 0 },
    ]),
    ['max-loss-difference-percent', 'max-logit-difference'],
  ],
  [
    'check:canaries',
    canaryBars({ planted: 0, proven: 0, withFilter: 0, withoutFilter: 0, offered: 0 }),
    canaryBars({ planted: 8, proven: 8, withFilter: 0, withoutFilter: 2, offered: 0 }),
    ['canaries-extracted-with-filter', 'canaries-offered', 'extraction-percent-without-filter'],
  ],
  [
    'check:secrets',
    secretBars({ seen: none, unseen: none, read: 0, found: 0, dropped: [] }),
    secretBars({
      seen: { exposed: 900, learned: 0 },
      unseen: { exposed: 400, learned: 20 },
      read: 1000,
      found: 900,
      dropped: [{ droppedLinesPercent: 0.5, pairs: 99, lostPairs: 1 }],
    }),
    [
      ...['secrets-learned', 'unseen-kinds-learned-percent', 'found-without-filter-percent', 'dropped-lines-percent'],
      'clean-pairs-dropped-percent',
    ],
  ],
  [
    'check:soak',
    soakBars(edited, [], null),
    soakBars({ ...edited, requests: 9, offered: 2, compared: 1 }, [100, 100, 100], 0),
    ['memory-growth-percent', 'leaked-requests', 'wrong-position-edits', 'ended-badly'],
  ],
  [
    'check:share-kill',
    shareKillBars([{ action: 'pull', landed: false, problem: '' }], ['pull']),
    shareKillBars([{ action: 'pull', landed: true, problem: '' }], ['pull']),
    ['damaged-stores'],
  ],
  [
    'check:leakage',
    leakageBars(
      [{ repository: 'a', split: 'file', heldOut: 0, droppedPercent: Number.NaN, sharedWindows: 0, windows: 0 }],
      [{ repository: 'a', heldOut: 0, dropped: 0, sharedLines: 0 }],
    ),
    leakageBars(
      [
        { repository: 'a', split: 'file', heldOut: 9, droppedPercent: 20, sharedWindows: 0, windows: 70 },
        { repository: 'a', split: 'time', heldOut: 0, droppedPercent: Number.NaN, sharedWindows: 0, windows: 0 },
      ],
      [{ repository: 'a', heldOut: 4, dropped: 1, sharedLines: 0 }],
    ),
    ['shared-edit-lines', 'shared-windows', 'held-out-dropped-percent'],
  ],
  [
    'check:quality',
    qualityBars([]),
    qualityBars([{ asked: 1, offered: 1 }]),
    ['held-out-places', 'suggestions-offered'],
  ],
  [
    'check:cluster',
    clusterBars({ outcomes: [], beside: [], bytesSent: 0, bytesOutside: 0 }),
    clusterBars({
      outcomes: [
        {
          ...{ folder: 'a', kind: 'done', lost: 1 },
          result: { adapterId: 'a', activated: true, reason: '', steps: 30 },
        },
      ],
      beside: [{ base: 2, cluster: 1, local: 1, differencePercent: 1 }],
      bytesSent: 5000,
      bytesOutside: 0,
    }),
    [
      ...['adapters-through-the-gate', 'loss-difference-to-local-percent', 'lost-worker-runs-lost'],
      'bytes-sent-outside-pairs',
    ],
  ],
];

test.each(checks)('%s misses every bar when it looked at nothing', (_name, ofNothing, good, names) => {
  expect(good.map(({ name }) => name)).toEqual(names);
  expect(missed(good)).toEqual([]);
  expect(missed(ofNothing)).toEqual(names);
});

describe('check:gradients on a processor', () => {
  const name = 'integer-8-bit-relative-error';
  test('without 8-bit kernels has no bar for them', () => {
    const bars = gradientBars({ ...compared, has8Bits: false, worst8Bits: '' });
    expect(bars.map((bar) => bar.name)).not.toContain(name);
    expect(missed(bars)).toEqual([]);
  });
  test('with integer kernels misses the bar of a width that was not compared', () => {
    expect(missed(gradientBars({ ...compared, worst8Bits: '' }))).toEqual([name]);
    expect(missed(gradientBars({ ...compared, worst7Bits: '' }))).toEqual(['integer-7-bit-relative-error']);
  });
});

describe('check:ci', () => {
  const steps = ['Set up', 'Tune'];
  const passed: CiRun = { steps: [...steps, 'Publish'], passed: true, published: ['refs/a'], taken: true };
  const refused: CiRun = { steps, passed: false, published: [], taken: false };
  test.each<[string, CiRun[], string[], string[]]>([
    ['a published and a refused run', [passed, refused], [], []],
    ['no run at all', [], [], ['adapters-published', 'refused-but-published', 'traces-of-credentials']],
    ['no refused run', [passed, passed], [], ['refused-but-published']],
    ['no published run', [refused], [], ['adapters-published', 'traces-of-credentials']],
    ['a published adapter that cannot be taken', [{ ...passed, taken: false }, refused], [], ['adapters-published']],
    ['a refused but published adapter', [passed, { ...refused, published: ['refs/b'] }], [], ['refused-but-published']],
    ['a leftover token', [passed, refused], ['.git/config'], ['traces-of-credentials']],
  ])('judges %s', (_title, runs, traces, expected) => {
    const bars = ciBars(runs, traces);
    expect(bars.map(({ name }) => name)).toEqual([
      'adapters-published',
      'refused-but-published',
      'traces-of-credentials',
    ]);
    expect(missed(bars)).toEqual(expected);
  });
});

describe('check:hostile', () => {
  const visit: Visit = { room: 'honest', offenders: [], looked: 3, found: 3, mute: [], steps: [] };
  const good: Seen = {
    controls: { proven: ['the network'], mute: [] },
    rooms: ['honest'],
    visits: [visit],
    steps: STEPS,
    inputs: { tried: 100, problems: [], hangs: [] },
  };
  test.each<[string, Partial<Seen>, string[]]>([
    ['a good run', {}, []],
    ['a room that was not visited', { rooms: ['honest', 'a trap'] }, ['canaries-mute']],
    ['an admitted text that was not found', { visits: [{ ...visit, found: 2 }] }, ['canaries-mute']],
    [
      'a search that looked for no admitted text',
      { visits: [{ ...visit, looked: 0, found: 0 }] },
      ['left-out-texts-learned'],
    ],
    [
      'a run without a search of what is learned',
      { visits: [{ ...visit, looked: 0, found: 0 }], steps: ['open-untrusted', 'open', 'tune'] },
      ['left-out-texts-learned'],
    ],
    ['a run that only mines', { steps: ['mine'] }, ['untrusted-folders-touched', 'planted-adapters-served']],
    ['a step that did nothing', { visits: [{ ...visit, mute: ['tune: exit 0'] }] }, ['canaries-mute']],
    ['a run that tried no input', { inputs: { tried: 0, problems: [], hangs: [] } }, ['inputs-without-an-answer']],
    ['a hang', { inputs: { tried: 9, problems: [], hangs: ['mine'] } }, ['hangs-over-10s']],
  ])('judges %s', (_title, change, expected) => {
    expect(missed(judge({ ...good, ...change }).bars)).toEqual(expected);
  });

  test('misses every bar without any visit or proof', () => {
    const nothing = { controls: { proven: [], mute: [] }, rooms: [], visits: [] };
    const { bars } = judge({ ...good, ...nothing, inputs: { tried: 0, problems: [], hangs: [] } });
    expect(missed(bars)).toEqual(bars.map(({ name }) => name));
  });

  test('reports a room that could not be visited as mute only once', () => {
    const { mute } = judge({ ...good, rooms: ['honest', 'a'], controls: { proven: ['x'], mute: ['a: no disk'] } });
    expect(mute).toEqual(['a: no disk']);
  });
});

test('check:share-kill misses its bar when a step has no kill that landed, or a store is damaged', () => {
  const kill = (action: string, landed: boolean, problem = '') => ({ action, landed, problem });
  const actions = ['publish', 'pull'];
  expect(missed(shareKillBars([kill('publish', true), kill('pull', true)], actions))).toEqual([]);
  expect(missed(shareKillBars([kill('publish', true), kill('pull', false)], actions))).toEqual(['damaged-stores']);
  expect(missed(shareKillBars([kill('publish', true), kill('pull', true, 'damaged')], actions))).toEqual([
    'damaged-stores',
  ]);
});

test.each([
  ['no sample', []],
  ['a single sample', [100]],
  ['a process that has ended', [100, 100, 0]],
])('check:soak misses its memory bar for %s', (_title, samples) => {
  expect(missed(soakBars({ ...edited, requests: 1, compared: 1 }, samples, 0))).toEqual(['memory-growth-percent']);
});

test('check:cluster counts no lost worker of a run that failed', () => {
  expect(lostWorkers([{ folder: 'a', kind: 'failed', lost: 3 }])).toBe(0);
});

test('usefulness misses every bar without a record', () => {
  const bars = usefulnessBars([]);
  expect(missed(bars)).toEqual(bars.map(({ name }) => name));
});

test('shares and extremes of nothing, or with a value that is not finite, are NaN', () => {
  expect(shownBy(0, 0)).toBeNaN();
  expect(shownBy(Number.NaN, 0)).toBeNaN();
  expect(shownBy(2, 0)).toBe(0);
  expect(largestOf([])).toBeNaN();
  expect(largestOf([1, Number.NaN])).toBeNaN();
  expect(largestOf([1, 3])).toBe(3);
  expect(smallestOf([1, 3])).toBe(1);
  // A ratio to a speed of 0 must not be hidden by the others.
  expect(smallestOf([1, Number.POSITIVE_INFINITY])).toBeNaN();
  expect(smallestOf([])).toBeNaN();
});
