/** Runs mutants through every check, then through the native loader if one is given. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseShapes, checkAdapterFile } from '../../server/adapters/adapterFile.ts';
import { BadAdapter } from '../../server/adapters/badAdapter.ts';
import { type AdapterSpec, adapterGguf, manifestFor } from '../../server/adapters/testing.ts';
import { envelopeVerdict, manifestVerdict, mutateJson } from './manifests.ts';
import { mutant, type Random } from './mutate.ts';
import type { NativeLoader } from './nativeLoader.ts';
import { unsound } from './soundness.ts';

/** Fits the bundled base; small, so that most of it is header. */
const SPEC: AdapterSpec = { targets: [{ name: 'blk.0.attn_k.weight', in: 256, out: 128 }], rank: 4, alpha: 8 };
const EXPECTED = { architecture: 'llama', rank: 4, alpha: 8, rsLora: false };
/** Share of mutants that are a manifest or a list of parts. */
const JSON_SHARE = 0.2;

export interface FuzzOutcome {
  /** How many were rejected by each check. */
  readonly deaths: ReadonlyMap<string, number>;
  readonly faults: readonly string[];
  /** Mutants that passed all our checks. */
  readonly reachedLoader: number;
}

export interface FuzzOptions {
  readonly mutants: number;
  readonly random: Random;
  readonly modelPath: string;
  readonly loader: NativeLoader | null;
  readonly onProgress?: (done: number, outcome: FuzzOutcome) => void;
}

const REPORT_EVERY = 20_000;

export async function fuzz({ mutants, random, modelPath, loader, onProgress }: FuzzOptions): Promise<FuzzOutcome> {
  const dir = mkdtempSync(join(tmpdir(), 'repotune-fuzz-'));
  try {
    const path = join(dir, 'adapter.gguf');
    writeFileSync(path, adapterGguf(SPEC));
    const { adapter, ...rest } = await manifestFor('a-version', path);
    const manifest = { ...rest, adapter };
    const envelope = { format: 1, parts: [{ sha256: adapter.sha256, sizeBytes: adapter.sizeBytes }] };
    const shapes = await baseShapes(modelPath);
    const deaths = new Map<string, number>();
    const faults: string[] = [];
    let reachedLoader = 0;
    const count = (key: string): void => void deaths.set(key, (deaths.get(key) ?? 0) + 1);

    const tryJson = (): void => {
      const parts = random() < 0.4;
      const verdict = parts
        ? envelopeVerdict(mutateJson(envelope, random), adapter.sizeBytes)
        : manifestVerdict(mutateJson(structuredClone(manifest) as never, random));
      if (verdict === 'corruption') faults.push(`${parts ? 'a list of parts' : 'a manifest'} was accepted`);
      count(`${parts ? 'parts' : 'manifest'}: ${verdict}`);
    };

    const tryAdapter = async (): Promise<void> => {
      const { kind, bytes } = mutant(SPEC, random);
      writeFileSync(path, bytes);
      try {
        await checkAdapterFile(path, EXPECTED, shapes);
      } catch (error) {
        const meant = error instanceof BadAdapter;
        if (!meant) faults.push(`${kind}: the check threw ${String(error)}`);
        count(`adapter: ${meant ? reasonOf(error.message) : 'threw'}`);
        return;
      }
      reachedLoader++;
      const wrong = await unsound(path, bytes, EXPECTED.rank, EXPECTED.alpha, shapes);
      if (wrong !== '') faults.push(`${kind}: accepted although ${wrong}`);
      if (loader === null) return count('accepted');
      const verdict = await loader.load(path);
      // What our checks accept, libllama must be able to load.
      if (verdict !== 'ok')
        faults.push(`${kind}: the native loader ${verdict} (${loader.lastWords.split('\n')[0] ?? ''})`);
      count(`native loader: ${verdict}`);
    };

    for (let i = 1; i <= mutants; i++) {
      if (random() < JSON_SHARE) tryJson();
      else await tryAdapter();
      if (i % REPORT_EVERY === 0) onProgress?.(i, { deaths, faults, reachedLoader });
    }
    return { deaths, faults, reachedLoader };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The check that refused: its sentence without the names and numbers of this mutant. */
function reasonOf(message: string): string {
  return message
    .replace(/UTF-8|BF16|F16|F32/g, (type) => ({ 'UTF-8': 'UTF', BF16: 'BF', F16: 'F', F32: 'F' })[type] ?? type)
    .replace(/"[^"]*"|\[[^\]]*\]|\S*lora_[ab]\S*|blk\.\S+/gs, '…')
    .replace(/-?\d[\d.e+]*|NaN|Infinity/g, 'N')
    .slice(0, 70);
}
