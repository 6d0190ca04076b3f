/** The device trainer's graphs in F32 (test_device.cc), and with operands in half precision. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';

const speed = z.object({
  name: z.string(),
  plan: z.string(),
  tokensPerSecond: z.number(),
  reason: z.string(),
  faulty: z.boolean(),
});
const result = z.object({
  operations: z.enum(['all', 'metal']),
  of: z.enum(['operations', 'models', 'recomputed', 'last block', 'streamed']),
  relativeError: z.number(),
  worst: z.string(),
});

test('every composed operation, and every architecture, computes what the CPU trainer does', {
  timeout: 120_000,
}, () => {
  const scratchShare = z.object({ share: z.number(), of: z.string() });
  const answer = z.object({
    errors: z.array(result),
    scratch: scratchShare,
  });
  const { errors, scratch } = runNativeProgram('test_device', [], answer);
  expect(errors.map((r) => `${r.operations} ${r.of}`)).toEqual([
    'all operations',
    'all models',
    'all recomputed',
    'all last block',
    'all streamed',
    'metal operations',
    'metal models',
    'metal recomputed',
    'metal last block',
    'metal streamed',
  ]);
  // F32 sums in another order; and the CPU rounds the outputs of blocks without an adapter to F16.
  for (const found of errors)
    expect(found.relativeError, found.worst).toBeLessThan(found.of === 'last block' ? 2e-3 : 2e-5);

  // No graph needs more device memory than planned, wherever sequences begin.
  expect(scratch.share, scratch.of).toBeLessThanOrEqual(1);
});

test('the fastest that computes what the CPU does is chosen, and what another computes wrongly is said', () => {
  const answer = z.object({
    speeds: z.array(speed),
    faulty: z.array(speed),
    diverging: z.array(speed),
    verdicts: z.array(z.string()),
  });
  const { speeds, faulty, diverging, verdicts } = runNativeProgram('test_device_speeds', [], answer);
  // The CPU is timed last, and gets no more time than the device took.
  const [device, cpu] = speeds;
  expect(device).toMatchObject({ plan: expect.stringMatching(/tokens at a time/), reason: '' });
  expect(device?.tokensPerSecond).toBeGreaterThan(0);
  expect(cpu?.reason).toBe(cpu?.tokensPerSecond === 0 ? 'slower than the fastest' : '');

  // However fast, what computes something else is not chosen.
  expect(faulty[0]).toMatchObject({ tokensPerSecond: 0, reason: expect.stringMatching(/loss/), faulty: true });
  // What is said is what is wrong: the loss is right there.
  expect(diverging[0]).toMatchObject({ tokensPerSecond: 0, reason: expect.stringMatching(/gradients/), faulty: true });
  expect(speeds.some((one) => one.faulty)).toBe(false);
  expect(verdicts).toEqual([
    '',
    '',
    ...[/loss of 1\.800/, /loss of nan/, /gradients.*by 100 %/, /gradients.*by 200 %/, /gradients.*no numbers/].map(
      (said) => expect.stringMatching(said),
    ),
  ]);
});

test('gradients hold where products keep their operands in half precision', { timeout: 120_000 }, () => {
  const answer = z.object({ tensors: z.number(), relativeError: z.number(), worst: z.string() });
  const { tensors, relativeError, worst } = runNativeProgram('test_device_halves', [], answer);
  expect(tensors).toBeGreaterThan(300);
  expect(relativeError, worst).toBeLessThan(0.02);
});

test('a step takes the memory that was planned for it, whatever there is', { timeout: 120_000 }, () => {
  const answer = z.array(z.object({ planned: z.number(), allocated: z.number(), tokens: z.number() }));
  const steps = runNativeProgram('test_device_memory', [], answer);
  expect(steps.length).toBeGreaterThan(3);
  const [ofAStep, ofAny] = steps;
  // Whole units of 32.
  expect(ofAStep?.tokens).toBe(320);
  expect(ofAny?.tokens).toBeGreaterThan(320);
  for (const { planned, allocated, tokens } of steps) {
    expect(allocated / planned, `${tokens} tokens`).toBeLessThan(1.01);
    expect(allocated / planned, `${tokens} tokens`).toBeGreaterThan(0.9);
  }
});

test('a loss that is not a number is reported on a device too', { timeout: 120_000 }, () => {
  const seen = z.object({ finite: z.boolean(), quantity: z.string() });
  const found = runNativeProgram('test_device_diverges', [], z.object({ all: seen, metal: seen }));
  const broken = { finite: false, quantity: 'loss' };
  expect(found).toEqual({ all: broken, metal: broken });
});
