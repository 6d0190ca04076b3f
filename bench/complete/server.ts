/** The real language server over stdio: how soon its first suggestion comes, and what server and engine hold in memory. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAddon } from '../../server/engine/native.ts';
import { CompletionProcess } from '../../server/engine/process.ts';
import { trainerConfig } from '../../server/engine/testing.ts';
import { openTrainer } from '../../server/engine/trainer.ts';
import { TestClient, uriOf } from '../../server/lsp/testing.ts';
import { BUDGET, CONTEXT_TOKENS } from './againstPeer.ts';
import { keystrokes, realFiles } from './keystrokes.ts';
import { ask } from './ours.ts';

/** Resident bytes of a process (Linux). */
function residentBytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

export async function firstSuggestion(): Promise<{ seconds: number; serverBytes: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-bench-'));
  const started = performance.now();
  const client = await TestClient.start({ folders: [folder] });
  try {
    const uri = uriOf(join(folder, 'sum.ts'));
    const text =
      'export function sum(values: number[]): number {\n  let total = 0;\n  for (const value of values) \n}\n';
    await client.open(uri, 'typescript', text);
    const items = await client.inline(uri, text.indexOf(') \n}') + 2, { invoked: true });
    if (items.length === 0) throw new Error(`The server offered nothing: ${client.log}`);
    return { seconds: (performance.now() - started) / 1000, serverBytes: residentBytes(client.process.pid!) };
  } finally {
    await client.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Memory of the engine process with the model and a rank-16 adapter in use, after some requests. */
export async function engineBytes(modelPath: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-bench-'));
  const engine = new CompletionProcess();
  try {
    const trainer = await openTrainer(loadAddon(), { ...trainerConfig(), modelPath, rank: 16 });
    const path = join(folder, 'adapter.gguf');
    await trainer.exportAdapter(path);
    trainer.dispose();
    await engine.load({ modelPath, contextTokens: CONTEXT_TOKENS, device: 'cpu' });
    for (const state of keystrokes(realFiles(1)[0]!, 2, 1)) {
      await ask(engine, state, { budget: BUDGET, tokens: 4, adapter: { id: 'a', path, scale: 1 } });
    }
    return residentBytes(engine.pid!);
  } finally {
    await engine.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
