/** Starts the programs that `bench train` measures: ours and the peer's, each in its own process. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../server/storage/paths.ts';
import { type OwnMeasure, ownAnswer, type PeerMeasure, peerAnswer, rateAnswer } from './measures.ts';

export interface Shape {
  readonly batch: number;
  readonly tokens: number;
}

export interface Effort {
  readonly python: string;
  readonly model: string;
  readonly steps: number;
  readonly threads: number;
}

/** Restricts PyTorch to AVX2, to compare with our AVX2 kernels. */
const TORCH_AVX2 = { ONEDNN_MAX_CPU_ISA: 'AVX2', MKL_ENABLE_INSTRUCTIONS: 'AVX2', ATEN_CPU_CAPABILITY: 'avx2' };
const CEILING = `
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

export class Programs {
  readonly #effort: Effort;
  readonly #tell: (what: string) => void;

  /** `tell`: called with what is about to run. */
  constructor(effort: Effort, tell: (what: string) => void) {
    this.#effort = effort;
    this.#tell = tell;
  }

  /** The machine's matrix ceiling in GFLOP/s: 2048 x 2048 products in the faster type. */
  ceiling(): number {
    this.#tell("The machine's matrix ceiling");
    return rateAnswer.parse(run(this.#effort.python, ['-c', CEILING, String(this.#effort.threads)], {})).gflops;
  }

  /** `kernels`: null for a tune's own choice. */
  own(
    shape: Shape,
    work: 'every-token' | 'tune',
    { memoryMb, kernels }: { readonly memoryMb: number | null; readonly kernels: string | null },
  ): OwnMeasure {
    this.#tell(
      `Repotune ${nameOf(shape)}, ${kernels ?? 'kernels of its choice'}${work === 'tune' ? ', as a tune' : ''}`,
    );
    const { model, steps, threads } = this.#effort;
    const options = JSON.stringify({ ...shape, model, steps, threads, memoryMb, work });
    const env = kernels === null ? {} : { REPOTUNE_KERNELS: kernels };
    const script = join(packageRoot, 'bench', 'train', 'child.ts');
    const measure = ownAnswer.parse(run(process.execPath, [script, options], env));
    if (kernels !== null && measure.plan.kernels !== kernels)
      throw new Error(`This machine cannot run the kernels ${kernels}: it used ${measure.plan.kernels}.`);
    return measure;
  }

  torchBf16(shape: Shape, chunkHead = 0): PeerMeasure {
    this.#tell(`PyTorch bf16 ${nameOf(shape)}${chunkHead > 0 ? ', chunked head' : ''}`);
    return this.#peer(shape, ['--dtype', 'bf16', '--chunk-head', String(chunkHead)], {});
  }

  torchF32Avx2(shape: Shape): PeerMeasure {
    this.#tell(`PyTorch f32 ${nameOf(shape)}, limited to AVX2`);
    return this.#peer(shape, ['--dtype', 'f32'], TORCH_AVX2);
  }

  #peer(shape: Shape, options: readonly string[], env: Readonly<Record<string, string>>): PeerMeasure {
    const { python, steps, threads } = this.#effort;
    const size = ['--batch', String(shape.batch), '--tokens', String(shape.tokens)];
    const effort = ['--steps', String(steps), '--threads', String(threads)];
    const script = join(packageRoot, 'bench', 'train', 'peer.py');
    return peerAnswer.parse(run(python, [script, ...size, ...effort, ...options], env));
  }
}

export function nameOf({ batch, tokens }: Shape): string {
  return `${batch}x${tokens}`;
}

/** The JSON that a program prints last. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): unknown {
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
