import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { gpuBackendPath } from '../backends/plugIns.ts';
import { CompletionProcess } from '../engine/process.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { runJob, shortJob } from './testing.ts';

// ggml skips devices of type CPU (lavapipe) unless one is named.
process.env['GGML_VK_VISIBLE_DEVICES'] = '0';
// Processors round differently to bfloat16.
process.env['REPOTUNE_KERNELS'] = 'f32';

const folder = mkdtempSync(join(tmpdir(), 'repotune-device-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Why Vulkan is not available here; null where it is. */
async function vulkanMissing(): Promise<string | null> {
  if (gpuBackendPath('vulkan') === null) return 'the package has no Vulkan plug-in';
  const engine = new CompletionProcess({ check: async () => {} });
  try {
    await engine.load({ modelPath: bundledModelPath(), contextTokens: 512, device: 'vulkan', threads: 1 });
    return null;
  } catch (error) {
    return String(error);
  } finally {
    await engine.dispose();
  }
}

/** Training steps on the device are left to check:gpu: a driver that computes on the processor compiles its shaders for a minute. */
test('after a crash on the GPU the CPU continues from the checkpoint, to the loss of a run on the CPU alone', {
  timeout: 120_000,
}, async ({ skip }) => {
  const missing = await vulkanMissing();
  if (missing !== null) skip(missing);
  const stop = new AbortController();
  const begun = runJob(await shortJob(folder, 'lost', 'cpu'), (step) => step === 3 && stop.abort(), stop.signal);
  await expect(begun).rejects.toThrow(/abort/);
  let killed = false;
  const lost = await runJob(await shortJob(folder, 'lost', 'vulkan'), (_, device, pid) => {
    if (killed || device === 'CPU' || pid === undefined) return;
    killed = true;
    process.kill(pid, 'SIGABRT');
  });
  expect(killed).toBe(true);
  expect(lost.devices).toEqual([expect.stringMatching(/^Vulkan/), 'CPU']);
  expect(lost.messages.at(-1)).toMatch(/SIGABRT.*Training continues on the CPU from step [1-9]/);
  const own = await runJob(await shortJob(folder, 'own', 'cpu'));
  expect(own.messages).toEqual([]);
  // A step lost or repeated must show: each moves the loss by more than the bound.
  expect(own.outcome.heldOutBest).toBeLessThan(0.99 * own.outcome.heldOutBefore);
  expect(Math.abs(lost.outcome.heldOutBest / own.outcome.heldOutBest - 1)).toBeLessThan(0.001);
});

test('a process on the CPU that dies without progress is not restarted forever', async () => {
  const work = { ...(await shortJob(folder, 'stuck', 'cpu')), checkpointEverySeconds: 3600 };
  await expect(
    runJob(work, (step, _, pid) => {
      if (step > 0 && pid !== undefined) process.kill(pid, 'SIGKILL');
    }),
  ).rejects.toThrow(/SIGKILL.*Start the tune again/);
});
