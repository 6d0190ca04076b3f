// npm run bench -- train: `--help` says what it measures.
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { type Bar, report } from '../server/common/bars.ts';
import { messageOf } from '../server/common/messageOf.ts';
import { loadAddon } from '../server/engine/native.ts';
import { bundledModelPath, packageRoot } from '../server/storage/paths.ts';
import { commandLine } from './commandLine.ts';
import { largestOf, smallestOf } from './shownBy.ts';
import { compareHeldOut, type HeldOutAnswer } from './train/heldOut.ts';
import type { OwnMeasure, PeerMeasure } from './train/measures.ts';
import { nameOf, Programs } from './train/programs.ts';
import { shapeModel } from './train/shapeModel.ts';

const HELP = `usage: npm run bench -- train [options]

A training step on a Qwen2.5-0.5B shape (random weights, rank 16 on all linears) beside PyTorch's in the same run, and what is
learned in the same processor time. PyTorch is what bench/train/requirements.txt names.

parts (--only, all without it):
  bf16   our kernels of choice beside PyTorch in bf16, loss on every token
  f32    AVX2 alone, and VNNI where there is, beside PyTorch f32 limited to AVX2, loss on every token
  tune   the defaults of a tune with AVX2 alone, beside PyTorch f32 limited to AVX2
  loss   held-out loss in the same processor time: the defaults with AVX2 alone over all blocks with F32 kernels

options:
  --json                  end with one line of JSON; progress goes to stderr
  --only PART[,PART]      measure these parts alone
  --by clock|processor    compare speeds by the clock, or by processor time on a machine that does other things too (give it
                          one thread then: PyTorch's threads wait by spinning)
  --torch-python PYTHON   a Python that has torch (python3)
  --steps N               timed steps of each program, after one that warms up (3)
  --threads N             (2)
  --shapes 1x1024,4x512   sequences and their tokens
  --memory-mb N           our planner's budget beside bf16 (900)
  --memory-mb-avx2 N      the same beside f32, which takes twice as much (3600)
  --folder FOLDER         repository of the part loss (this checkout)
  --model GGUF            base of the part loss (the bundled one)
  --tokens N              what the F32 arm of the part loss learns (150000)
  --pairs N               held-out pairs of the part loss (160)`;

const PARTS = ['bf16', 'f32', 'tune', 'loss'] as const;
type Part = (typeof PARTS)[number];

try {
  await main();
} catch (error) {
  console.error(process.env['REPOTUNE_DEBUG'] === '1' ? error : messageOf(error));
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = commandLine(HELP, {
    only: { type: 'string', default: PARTS.join(',') },
    by: { type: 'string', default: 'clock' },
    'torch-python': { type: 'string', default: 'python3' },
    steps: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    shapes: { type: 'string', default: '1x1024,4x512' },
    'memory-mb': { type: 'string', default: '900' },
    'memory-mb-avx2': { type: 'string', default: '3600' },
    folder: { type: 'string', default: packageRoot },
    model: { type: 'string', default: bundledModelPath() },
    tokens: { type: 'string', default: '150000' },
    pairs: { type: 'string', default: '160' },
  });
  const parts = values.only.split(',').map(partOf);
  const shapes = values.shapes.split(',').map(shapeOf);
  if (values.by !== 'clock' && values.by !== 'processor') throw new Error('--by takes clock or processor.');
  const threads = countOf('--threads', values.threads);
  const chosen = loadAddon().selectKernels('auto');
  const avx2 = kernelsFor(['integer-avx2', 'avx2'], chosen);
  const vnni = kernelsFor(['integer-avxvnni', 'integer-avx512vnni'], chosen);
  const startedMs = Date.now();
  const tell = (what: string): void => {
    const seconds = Math.round((Date.now() - startedMs) / 1000);
    (values.json ? console.error : console.log)(`[${seconds} s] ${what}`);
  };
  const processor = `${cpus().length} cores of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}`;
  tell(`${processor}; kernels: ${chosen} by choice, ${avx2 ?? 'none'} for AVX2 alone, ${vnni ?? 'none'} for VNNI`);
  const programs = new Programs(
    { python: values['torch-python'], model: shapeModel('0.5B'), steps: countOf('--steps', values.steps), threads },
    tell,
  );
  const speedOf = (one: OwnMeasure | PeerMeasure): number =>
    values.by === 'clock' ? one.tokensPerSecond : one.tokensPerProcessorSecond;

  const bars: Bar[] = [];
  const tables: Record<string, Record<string, OwnMeasure | PeerMeasure>> = {};
  /** A bar holds when it holds for every shape. */
  const ratios: Record<string, number[]> = {};
  const ratio = (name: string, value: number): void => {
    ratios[name] = [...(ratios[name] ?? []), value];
  };
  const memoryMb = countOf('--memory-mb', values['memory-mb']);
  const memoryMbAvx2 = countOf('--memory-mb-avx2', values['memory-mb-avx2']);
  const ceilingGflops = parts.includes('bf16') ? programs.ceiling() : null;
  let amx = false;
  for (const shape of shapes) {
    const table: Record<string, OwnMeasure | PeerMeasure> = {};
    tables[nameOf(shape)] = table;
    if (parts.includes('bf16')) {
      const ours = programs.own(shape, 'every-token', { memoryMb, kernels: null });
      const peer = programs.torchBf16(shape);
      const chunked = programs.torchBf16(shape, 128);
      Object.assign(table, { Repotune: ours, 'PyTorch bf16': peer, 'PyTorch bf16, chunked head': chunked });
      ratio('speed-over-torch-bf16', speedOf(ours) / speedOf(peer));
      ratio('rss-over-torch-bf16', ours.peakRssMb / peer.peakRssMb);
      ratio('rss-over-torch-bf16-chunked', ours.peakRssMb / chunked.peakRssMb);
      amx = ours.plan.kernels === 'amx';
      const flops = ours.tokensPerSecond * ours.matrixFlopsPerToken;
      if (ceilingGflops !== null)
        tell(
          `${((100 * flops) / (ceilingGflops * 1e9)).toFixed(0)} % of the machine's ${ceilingGflops.toFixed(0)} GFLOP/s`,
        );
    }
    if (!parts.includes('f32') && !parts.includes('tune')) continue;
    const peer = programs.torchF32Avx2(shape);
    table['PyTorch f32, AVX2'] = peer;
    const against = (label: string, name: string, work: 'every-token' | 'tune', kernels: string | null): void => {
      if (kernels === null) return;
      const ours = programs.own(shape, work, { memoryMb: work === 'tune' ? null : memoryMbAvx2, kernels });
      table[`Repotune, ${label}`] = ours;
      ratio(name, speedOf(ours) / speedOf(peer));
    };
    if (parts.includes('f32')) {
      against('AVX2', 'speed-over-torch-f32-avx2', 'every-token', avx2);
      against('VNNI', 'speed-over-torch-f32-vnni', 'every-token', vnni);
    }
    if (parts.includes('tune')) against('AVX2, as a tune', 'learned-tokens-over-torch-f32', 'tune', avx2);
  }
  const atLeast: Record<string, number> = {
    // Without AMX, bfloat16 is slow in PyTorch, and the ratio says little.
    ...(amx ? { 'speed-over-torch-bf16': 2 } : {}),
    'speed-over-torch-f32-avx2': 1.5,
    'speed-over-torch-f32-vnni': 3,
    'learned-tokens-over-torch-f32': 3,
  };
  const atMost: Record<string, number> = { 'rss-over-torch-bf16': 0.35, 'rss-over-torch-bf16-chunked': 0.5 };
  for (const [name, values] of Object.entries(ratios)) {
    const [least, most] = [atLeast[name], atMost[name]];
    if (least !== undefined) bars.push({ name, value: smallestOf(values), op: '>=', bar: least });
    if (most !== undefined) bars.push({ name, value: largestOf(values), op: '<=', bar: most });
  }
  let heldOut: HeldOutAnswer | null = null;
  if (parts.includes('loss')) {
    heldOut = await compareHeldOut(
      {
        folder: resolve(values.folder),
        model: resolve(values.model),
        tokens: countOf('--tokens', values.tokens),
        pairs: countOf('--pairs', values.pairs),
        threads,
        f32: avx2 === null ? 'f32' : 'avx2',
        kernels: avx2,
      },
      tell,
    );
    const { defaults, allBlocksF32 } = heldOut;
    bars.push({
      name: 'held-out-loss-over-all-blocks-f32',
      value: defaults.loss / allBlocksF32.loss,
      op: '<=',
      bar: 1.01,
    });
  }
  if (bars.length === 0)
    throw new Error(`This machine has no kernels for what was asked for (${parts.join(', ')}): nothing was measured.`);
  if (!values.json) {
    for (const [shape, rows] of Object.entries(tables)) {
      if (Object.keys(rows).length === 0) continue;
      console.log(`${shape}, speeds compared by ${values.by}`);
      console.table(Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, figures(row)])));
    }
    if (heldOut !== null) console.table({ 'all blocks, F32': heldOut.allBlocksF32, defaults: heldOut.defaults });
  }
  report(bars, values.json, { processor, by: values.by, threads, chosen, avx2, vnni, ceilingGflops, tables, heldOut });
}

/** The first of the names that this machine can run, null if none; `back`: what to select afterwards. */
function kernelsFor(names: readonly string[], back: string): string | null {
  const addon = loadAddon();
  const found = names.find((name) => addon.selectKernels(name) === name) ?? null;
  addon.selectKernels(back);
  return found;
}

function partOf(name: string): Part {
  const part = PARTS.find((one) => one === name);
  if (part === undefined) throw new Error(`--only takes ${PARTS.join(', ')}; ${name} is none of them.`);
  return part;
}

function shapeOf(text: string): { readonly batch: number; readonly tokens: number } {
  const [, batch, tokens] = /^([1-9]\d*)x([1-9]\d*)$/.exec(text) ?? [];
  if (batch === undefined || tokens === undefined)
    throw new Error(`--shapes takes what 1x1024 looks like, not ${text}.`);
  return { batch: Number(batch), tokens: Number(tokens) };
}

function countOf(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${option} takes a whole number from 1 on, not ${text}.`);
  return Number(text);
}

function figures(row: OwnMeasure | PeerMeasure): Record<string, string | number> {
  const { tokensPerSecond, tokensPerProcessorSecond, peakRssMb } = row;
  return {
    'tokens/s': Math.round(tokensPerSecond * 10) / 10,
    'tokens per processor second': Math.round(tokensPerProcessorSecond * 10) / 10,
    'peak RSS MB': Math.round(peakRssMb),
    ...('plan' in row
      ? { kernels: row.plan.kernels, 'kept blocks': row.plan.keptBlocks, 'tokens with loss': row.lossShare.toFixed(2) }
      : {}),
  };
}
