// npm run bench -- prompt: `--help` says what it measures.
import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import * as z from 'zod';
import { report } from '../server/common/bars.ts';
import { resolveModel } from '../server/models/bundled.ts';
import { commandLine, wholeNumber } from './commandLine.ts';
import { runNativeProgram } from './nativeProgram.ts';

const USAGE = `usage: npm run bench -- prompt [options]

How fast a prompt is read on the CPU with the products of training, beside plain libllama: the best of five turns each, alternating.
REPOTUNE_KERNELS=integer-avx2 limits both to what a processor with AVX2 alone has.

options:
  --model GGUF   (the bundled one)
  --tokens N     of the prompt (256)
  --threads N    (all cores)
  --json         end with one line of JSON`;

const { values } = commandLine(USAGE, {
  model: { type: 'string' },
  tokens: { type: 'string', default: '256' },
  threads: { type: 'string', default: String(availableParallelism()) },
});
const [tokens, threads] = [wholeNumber('--tokens', values.tokens), wholeNumber('--threads', values.threads)];

const answer = z.object({ kernels: z.string(), ms: z.number(), peerMs: z.number() });
const model = resolve(resolveModel(values.model));
const found = runNativeProgram('bench_prompt', [model, `${tokens}`, `${threads}`], answer);
const ratio = found.peerMs / found.ms;
const cpu = cpus()[0]?.model ?? 'unknown';
if (!values.json) {
  console.log(`${cpu}, ${threads} threads, a prompt of ${tokens} tokens`);
  console.log(`libllama                  ${found.peerMs.toFixed(0)} ms`);
  console.log(`with products by ${found.kernels}: ${found.ms.toFixed(0)} ms, ${ratio.toFixed(2)} times as fast`);
}
const bars = [{ name: 'prompt-speed-over-libllama', value: ratio, op: '>=' as const, bar: 1 }];
report(bars, values.json, { cpu, ...found });
