// npm run bench -- train [--json] [--torch-python PYTHON] [--steps N] [--threads N]
//   [--memory-mb N] [--memory-mb-avx2 N]
// One training step on a Qwen2.5-0.5B shape, r = 16 on all linears, loss on every token, beside PyTorch in the same run: PYTHON has
// what bench/train/requirements.txt names.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bar, report } from '../server/common/bars.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { type OwnMeasure, ownAnswer, type PeerMeasure, peerAnswer, rateAnswer } from './train/measures.ts';
import { shapeModel } from './train/shapeModel.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    'torch-python': { type: 'string', default: 'python3' },
    steps: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    'memory-mb': { type: 'string', default: '900' },
    // Beside a peer that works in f32 throughout, and takes four times this.
    'memory-mb-avx2': { type: 'string', default: '1500' },
  },
});
const python = values['torch-python'];
const peerScript = join(packageRoot, 'bench', 'train', 'peer.py');
/** What keeps PyTorch to AVX2, beside our own REPOTUNE_KERNELS=avx2. */
const torchAvx2 = { ONEDNN_MAX_CPU_ISA: 'AVX2', MKL_ENABLE_INSTRUCTIONS: 'AVX2', ATEN_CPU_CAPABILITY: 'avx2' };
/** 20 products of 2048 x 2048: the machine's matrix ceiling, in the type that is faster here. */
const ceilingScript = `
import json, sys, time, torch
torch.set_num_threads(int(sys.argv[1]))
best = 0
for dtype in (torch.float32, torch.bfloat16):
    a = torch.randn(2048, 2048, dtype=dtype)
    a @ a
    for _ in range(5):
        t = time.perf_counter()
        a @ a
        best = max(best, 2 * 2048**3 / (time.perf_counter() - t) / 1e9)
print(json.dumps({"gflops": best}))
`;

const model = shapeModel('0.5B');
const ceiling = rateAnswer.parse(run(python, ['-c', ceilingScript, values.threads])).gflops;
const shapes = [
  { batch: 1, tokens: 1024 },
  { batch: 4, tokens: 512 },
] as const;
const rows = shapes.map((shape) => ({
  shape: `${shape.batch}x${shape.tokens}`,
  ours: own(shape, values['memory-mb'], {}),
  oursAvx2: own(shape, values['memory-mb-avx2'], { REPOTUNE_KERNELS: 'avx2' }),
  torchBf16: peer(shape, ['--dtype', 'bf16'], {}),
  torchBf16Chunked: peer(shape, ['--dtype', 'bf16', '--chunk-head', '128'], {}),
  torchF32Avx2: peer(shape, ['--dtype', 'f32'], torchAvx2),
}));

if (!values.json)
  for (const row of rows) {
    const { plan } = row.ours;
    const flops = row.ours.tokensPerSecond * row.ours.matrixFlopsPerToken;
    console.log(
      `${row.shape}  plan: ${plan.keptBlocks} blocks keep their activations, ${plan.keptAttentions} more their attention, kernels ${plan.kernels};` +
        ` ${((100 * flops) / (ceiling * 1e9)).toFixed(0)} % of the machine's ${ceiling.toFixed(0)} GFLOP/s`,
    );
    console.table({
      Repotune: figures(row.ours),
      'Repotune, AVX2': figures(row.oursAvx2),
      'PyTorch bf16': figures(row.torchBf16),
      'PyTorch bf16, chunked head': figures(row.torchBf16Chunked),
      'PyTorch f32, AVX2': figures(row.torchF32Avx2),
    });
  }
// A bar holds when it holds for every shape.
const worst = (value: (row: (typeof rows)[number]) => number, of: (...values: number[]) => number) =>
  of(...rows.map(value));
const bars: Bar[] = [
  {
    name: 'speed-over-torch-f32-avx2',
    value: worst((row) => row.oursAvx2.tokensPerSecond / row.torchF32Avx2.tokensPerSecond, Math.min),
    op: '>=',
    bar: 1.3,
  },
  {
    name: 'rss-over-torch-bf16',
    value: worst((row) => row.ours.peakRssMb / row.torchBf16.peakRssMb, Math.max),
    op: '<=',
    bar: 0.35,
  },
  {
    name: 'rss-over-torch-bf16-chunked',
    value: worst((row) => row.ours.peakRssMb / row.torchBf16Chunked.peakRssMb, Math.max),
    op: '<=',
    bar: 0.5,
  },
];
const overBf16 = worst((row) => row.ours.tokensPerSecond / row.torchBf16.tokensPerSecond, Math.min);
// The bar is for processors with AMX; elsewhere bfloat16 is slow in PyTorch and the ratio says little.
if (rows[0]?.ours.plan.kernels === 'amx')
  bars.unshift({ name: 'speed-over-torch-bf16', value: overBf16, op: '>=', bar: 2 });
report(bars, values.json, { overBf16, ceilingGflops: ceiling, rows });

function figures({ tokensPerSecond, peakRssMb }: { tokensPerSecond: number; peakRssMb: number }) {
  return { 'tokens/s': Math.round(tokensPerSecond * 10) / 10, 'peak RSS MB': Math.round(peakRssMb) };
}

function own(
  shape: { batch: number; tokens: number },
  memoryMb: string,
  env: Readonly<Record<string, string>>,
): OwnMeasure {
  const script = join(packageRoot, 'bench', 'train', 'child.ts');
  const options = {
    ...shape,
    model,
    steps: Number(values.steps),
    threads: Number(values.threads),
    memoryMb: Number(memoryMb),
  };
  return ownAnswer.parse(run(process.execPath, [script, JSON.stringify(options)], env));
}

function peer(
  shape: { batch: number; tokens: number },
  options: readonly string[],
  env: Readonly<Record<string, string>>,
): PeerMeasure {
  const size = ['--batch', String(shape.batch), '--tokens', String(shape.tokens)];
  const effort = ['--steps', values.steps, '--threads', values.threads];
  return peerAnswer.parse(run(python, [peerScript, ...size, ...effort, ...options], env));
}

/** The JSON that a program prints last. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): unknown {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (error)
    throw new Error(
      `${program} cannot be started (${error.message}). Name a Python that has torch with --torch-python.`,
    );
  if (stderr.includes("No module named 'torch'"))
    throw new Error(
      `${program} has no torch. Install bench/train/requirements.txt into a Python and name that with --torch-python.`,
    );
  if (status !== 0) throw new Error(`${program} ${args[0]} failed:\n${stderr}`);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
