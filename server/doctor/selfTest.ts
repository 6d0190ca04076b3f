/** The doctor's native part: a real completion, timed, and the cost of a tune. */

import { howToMend } from '../backends/missingLibrary.ts';
import { megabytes } from '../common/format.ts';
import { mayHaveDevices, trainingSpeeds } from '../engine/devices.ts';
import { fastestOf } from '../engine/fastestDevice.ts';
import { loadAddon } from '../engine/native.ts';
import type { DeviceChoice, DeviceSpeed, TrainerConfig } from '../engine/types.ts';
import { inspectModel } from '../models/inspect.ts';
import { ServingOnce } from '../models/servingOnce.ts';
import { trainerConfig } from '../tuning/hyperparameters.ts';
import { type Finding, fine, wrong } from './finding.ts';

const code = 'function add(a, b) {\n  return a + b;\n}\n\nfunction subtract(a, b) {\n  return';
const rounds = 3;

/** Starts the engine process, loads the model and decodes: once cold, then warm. */
export async function selfTest(modelPath: string, device: DeviceChoice, signal: AbortSignal): Promise<Finding> {
  const serving = new ServingOnce();
  try {
    const startedMs = performance.now();
    const { engine, model } = await serving.load(modelPath, device);
    const loadedMs = performance.now() - startedMs;
    const times: number[] = [];
    let [tokens, generateMs] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      const prompt = [{ text: `${code}${' '.repeat(round)}` }];
      const from = performance.now();
      const answer = await engine.complete({ prompt, heal: '', maxTokens: 16, stop: [], adapter: null }, signal);
      times.push(performance.now() - from);
      tokens += answer.generatedTokens;
      generateMs += answer.generateMs;
    }
    const speed = Math.round((1000 * tokens) / Math.max(1, generateMs));
    const [first = 0, ...warm] = times;
    return fine(
      'engine',
      `on ${model.device ?? 'CPU'}: ready in ${Math.round(loadedMs)} ms, first suggestion ${Math.round(first)} ms, then ${Math.round(Math.min(...warm))} ms, ${speed} tokens/s`,
    );
  } catch (error) {
    return wrong('engine', error);
  } finally {
    await serving.dispose();
  }
}

/**
 * Memory of a tune with the default settings, from the model's header alone. Loads the addon into this process, which an unsuitable
 * processor would crash: only call it after {@link selfTest} succeeded.
 */
export async function memoryPlan(modelPath: string, folder: string): Promise<Finding> {
  try {
    const config = await defaultConfig(modelPath, folder, 'cpu');
    const plan = await loadAddon().planTraining(config);
    const { keptBlocks, keptAttentions, microBatchTokens } = plan;
    const kept = `${keptBlocks} blocks and ${keptAttentions} more attentions kept, ${microBatchTokens} tokens at a time`;
    const streamed =
      plan.streamedBytes === 0 ? '' : `, ${megabytes(plan.streamedBytes)} more read from disk block by block`;
    const parts = `weights ${megabytes(plan.weightBytes)}${streamed}, adapter ${megabytes(plan.adapterBytes)}, working ${megabytes(plan.workingBytes)}`;
    return fine(
      'tuning',
      `${megabytes(plan.totalBytes)} (${parts}) of at most ${megabytes(config.memoryBudgetBytes)}; on ${plan.device}, ${config.threads} threads, kernels ${plan.kernels}; rows of ${config.maxTokens} tokens, ${kept}`,
    );
  } catch (error) {
    return wrong('tuning', error);
  }
}

/** A short training step on each GPU and on the CPU; for a GPU its memory plan, or why it cannot serve. */
export async function trainingDevices(
  modelPath: string,
  folder: string,
  device: DeviceChoice,
  signal: AbortSignal,
): Promise<Finding> {
  if (device === 'cpu') return fine('training', 'the CPU trains, as chosen');
  if (!mayHaveDevices(device)) return fine('training', 'no GPU to time: the CPU trains');
  try {
    return trainingFinding(device, await trainingSpeeds(await defaultConfig(modelPath, folder, device), signal));
  } catch (error) {
    return wrong('training', error);
  }
}

/** @internal */
export function trainingFinding(device: DeviceChoice, speeds: readonly DeviceSpeed[]): Finding {
  const told = speeds.map(describeSpeed);
  const fastest = fastestOf(speeds);
  const chosen = speeds.find(({ device }) => device === fastest)?.name ?? 'the CPU';
  if (device === 'auto') return fine('training', [`auto trains on ${chosen}`, ...told].join('; '));
  // One that is only slower than the CPU is a choice.
  const serves = ({ device, tokensPerSecond, reason }: DeviceSpeed): boolean =>
    device !== 'CPU' && (tokensPerSecond > 0 || reason === SLOWER);
  if (speeds.some(serves)) return fine('training', [`${device} trains, as chosen`, ...told].join('; '));
  const problem = `the device ${device} is chosen, and cannot train: choose \`auto\` or \`cpu\``;
  return { ok: false, what: 'training', detail: [problem, ...told].join('; ') };
}

/** The addon's reason for a device that was not waited for. */
const SLOWER = 'slower than the fastest';

/** @internal */
export function describeSpeed({ name, tokensPerSecond, reason, plan }: Omit<DeviceSpeed, 'device' | 'faulty'>): string {
  const hint = howToMend(reason);
  const unused = `not used: ${reason}${hint === '' ? '' : `. ${hint}`}`;
  const speed = tokensPerSecond > 0 ? `${tokensPerSecond.toFixed(0)} tokens/s in a short step` : unused;
  return `${name}: ${speed}${plan === '' ? '' : ` (${plan})`}`;
}

async function defaultConfig(modelPath: string, folder: string, device: DeviceChoice): Promise<TrainerConfig> {
  const model = await inspectModel(modelPath);
  // A quantized base keeps its types.
  const baseType = /^B?F\d/.test(model.weightType) ? 'q4_0' : 'as-is';
  return trainerConfig({ folder, modelPath, baseType, device }, model);
}
