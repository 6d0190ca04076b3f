import { spawnSync } from 'node:child_process';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { AdapterStore } from '../adapters/store.ts';
import { resolveModel } from '../models/bundled.ts';
import { inspectTrainable } from '../models/inspect.ts';
import { type Command, parse } from './command.ts';
import { ServingOnce } from './serving.ts';
import { megabytes } from './terminal.ts';

interface Finding {
  readonly ok: boolean;
  readonly what: string;
  readonly detail: string;
}

export const doctorCommand: Command = {
  summary: 'Checks that everything Repotune needs is there and works, and says what to do where it does not.',
  usage: '[--folder path] [--model file.gguf] [--json]',
  async run(args, signal) {
    const { values } = parse(args, {
      folder: { type: 'string' },
      model: { type: 'string' },
      json: { type: 'boolean' },
    });
    const findings: Finding[] = [];
    for (const check of [
      machine,
      git,
      () => store(resolve(values.folder ?? '.')),
      () => model(values.model),
      () => engine(values.model, signal),
    ]) {
      findings.push(await check());
    }
    if (values.json) console.log(JSON.stringify({ findings }));
    else
      for (const { ok, what, detail } of findings) console.log(`${ok ? 'ok  ' : 'FAIL'} ${what.padEnd(8)} ${detail}`);
    return findings.every(({ ok }) => ok) ? 0 : 1;
  },
};

async function machine(): Promise<Finding> {
  const detail = `${process.platform}-${process.arch}, ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${availableParallelism()} logical processors, ${megabytes(freemem())} of ${megabytes(totalmem())} free, Node ${process.versions.node}`;
  return { ok: true, what: 'machine', detail };
}

async function git(): Promise<Finding> {
  const answer = spawnSync('git', ['--version'], { encoding: 'utf8' });
  if (answer.status === 0) return { ok: true, what: 'git', detail: answer.stdout.trim() };
  return {
    ok: false,
    what: 'git',
    detail: 'git was not found: install it and put it on the PATH. Without it folders are tuned without history.',
  };
}

async function store(folder: string): Promise<Finding> {
  const { dir } = await AdapterStore.of(folder);
  const probe = join(dir, `.probe-${process.pid}`);
  try {
    await mkdir(dir, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
    const { bavail, bsize } = await statfs(dir);
    return { ok: true, what: 'store', detail: `${dir}, ${megabytes(bavail * bsize)} free on disk` };
  } catch (error) {
    return { ok: false, what: 'store', detail: `${dir} cannot be written (${String(error)}). Make it writable.` };
  }
}

async function model(given: string | undefined): Promise<Finding> {
  try {
    const { name, architecture, parameters, weightType } = await inspectTrainable(resolve(resolveModel(given)));
    return {
      ok: true,
      what: 'model',
      detail: `${name}, ${architecture}, ${(parameters / 1e6).toFixed(0)} M parameters, ${weightType}`,
    };
  } catch (error) {
    return { ok: false, what: 'model', detail: error instanceof Error ? error.message : String(error) };
  }
}

/** A completion for real: the addon loads, the engine process starts, the model decodes. */
async function engine(given: string | undefined, signal: AbortSignal): Promise<Finding> {
  const serving = new ServingOnce();
  try {
    const loaded = await serving.load(resolve(resolveModel(given)), 'auto');
    const startedMs = performance.now();
    const { generatedTokens, generateMs } = await loaded.engine.complete(
      { prompt: [{ text: 'function add(a, b) {\n  return' }], heal: '', maxTokens: 16, stop: [], adapter: null },
      signal,
    );
    const detail = `${generatedTokens} tokens in ${Math.round(performance.now() - startedMs)} ms, ${Math.round((generatedTokens * 1000) / Math.max(1, generateMs))} tokens a second`;
    return { ok: true, what: 'engine', detail };
  } catch (error) {
    return { ok: false, what: 'engine', detail: error instanceof Error ? error.message : String(error) };
  } finally {
    await serving.dispose();
  }
}
