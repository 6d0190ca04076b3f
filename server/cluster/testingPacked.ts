/** For tests: a repository packed once, and its submission anew for each test. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCompletionEngine } from '../engine/index.ts';
import type { CompletionProcess } from '../engine/process.ts';
import type { ModelInfo } from '../engine/types.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import { newRunId } from '../runs/runId.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { pack } from './pack.ts';

export interface PackedRepository {
  readonly repository: ScratchRepository;
  /** The user's data folder. */
  readonly data: string;
  /** The submission's, after `renew`. */
  readonly folder: string;
  readonly engine: CompletionProcess;
  readonly model: ModelInfo;
  /** Undoes what a test has done to the submission, and makes it another one. */
  renew(): void;
  dispose(): Promise<void>;
}

export async function packedRepository(): Promise<PackedRepository> {
  const repository = new ScratchRepository();
  for (let i = 0; i < 20; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`, 2));
  repository.write('.env', 'WORD=ignoredmark\n').write('.gitignore', '.env\n').commit('messagemark');
  const data = mkdtempSync(join(tmpdir(), 'repotune-submission-'));
  const [folder, packed] = [join(data, 'submission'), join(data, 'packed')];
  const engine = createCompletionEngine();
  const modelPath = bundledModelPath();
  const model = await engine.load({ modelPath, contextTokens: 1024, device: 'cpu', threads: 1, mergeAdapters: false });
  const request = { folders: [repository.root], modelPath, base: 'team/base', device: 'cpu' } as const;
  await pack(
    packed,
    'repotune-test',
    { ...request, cpusPerTune: 1, installed: false, rank: 4, steps: 7 },
    { serving: async () => ({ engine, model }), nowMs: Date.now },
    () => {},
    new AbortController().signal,
  );
  return {
    repository,
    data,
    folder,
    engine,
    model,
    renew: () => {
      rmSync(folder, { recursive: true, force: true });
      cpSync(packed, folder, { recursive: true });
      const path = join(folder, 'submission.json');
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, text.replace(/"run-[\w-]+"/, `"${newRunId(Date.now())}"`));
    },
    dispose: async () => {
      await engine.dispose();
      for (const one of [repository.root, data]) rmSync(one, { recursive: true, force: true });
    },
  };
}
