import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ScriptedEngine } from '../engine/testingScripted.ts';
import type { ModelInfo } from '../engine/types.ts';
import type { Dataset, Pair } from '../mining/types.ts';
import { Preparation } from '../tuning/prepare.ts';
import { prepareExamination } from './examination.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-examination-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'base.gguf');
writeFileSync(path, 'base');

const model: ModelInfo = {
  path,
  architecture: 'qwen2',
  name: 'base',
  sizeBytes: 4,
  parameters: 500e6,
  contextLength: 1024,
  vocabularySize: 10,
  weightType: 'F16',
  special: { fimPrefix: 1, fimSuffix: 2, fimMiddle: 3, eot: 0 },
  promptOrder: null,
};

class ReadingEngine extends ScriptedEngine {
  readonly tokenized: string[] = [];
  override async tokenize(texts: readonly string[]): Promise<number[][]> {
    this.tokenized.push(...texts);
    return texts.map((text) => Array.from(text, (unit) => unit.charCodeAt(0)));
  }
}

/** One held-out pair. */
function set(name: string): Dataset {
  const pair = {
    path: `${name}.ts`,
    kind: 'line',
    language: 'typescript',
    split: 'held-out',
    prefix: `before(${name});\n`,
    middle: 'middle();',
    suffix: `\nafter(${name});\n`,
    context: '',
  } as unknown as Pair;
  return { repository: 'repository', pairs: [pair] } as unknown as Dataset;
}

it.each(['prefix-first', 'suffix-first'] as const)(
  'newer commits are laid out as the other held-out pairs are: %s',
  async (order) => {
    const engine = new ReadingEngine(model);
    engine.script = (call) => call.finish('');
    const serving = { engine, model };
    const splits = { dataset: set('file'), byTime: set('commit') };
    await prepareExamination(
      {
        serving,
        splits,
        preparation: new Preparation(splits.dataset, serving, { order, repoTokens: false }),
        measuredOn: { pairs: 4, places: 1 },
        storeDir: folder,
        rivals: { active: null },
        budgetSeconds: 300,
        nowMs: () => 0,
      },
      { message: () => {} },
      new AbortController().signal,
    );
    for (const name of ['file', 'commit']) {
      const told = engine.tokenized.filter((text) => text.includes(`(${name})`));
      const [before, after] = ['before', 'after'].map((word) => told.findIndex((text) => text.includes(word)));
      expect(before! < after! ? 'prefix-first' : 'suffix-first').toBe(order);
    }
  },
);
