/**
 * The peer: llama-server's `/infill` with the flags and requests of llama.vscode (its preset for Qwen2.5-Coder on a CPU),
 * built from the same llama.cpp source as our libraries.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { packageRoot } from '../../server/storage/paths.ts';
import { benchCache } from './shapeModel.ts';

/** Lines that llama.vscode sends before and after the cursor. */
const PREFIX_LINES = 256;
const SUFFIX_LINES = 64;

export interface PeerAnswer {
  readonly totalMs: number;
  readonly promptMs: number;
  readonly evaluatedTokens: number;
  readonly generatedTokens: number;
}

const infillAnswer = z.object({
  timings: z.object({ prompt_n: z.number(), prompt_ms: z.number(), predicted_n: z.number() }),
});

/** The server's program; built if missing (ten minutes on two cores, once). */
export function peerProgram(): string {
  const folder = join(benchCache, 'llama.cpp');
  const program = join(folder, 'build', 'bin', 'llama-server');
  if (existsSync(program)) return program;
  mkdirSync(benchCache, { recursive: true });
  const bundle = join(packageRoot, 'node_modules', 'node-llama-cpp', 'llama', 'gitRelease.bundle');
  console.error('Building llama-server from the bundled source: about ten minutes, once.');
  if (!existsSync(folder)) must('git', ['clone', '--quiet', bundle, folder]);
  const options = [
    '-DCMAKE_BUILD_TYPE=Release',
    '-DGGML_NATIVE=ON',
    '-DLLAMA_CURL=OFF',
    '-DLLAMA_BUILD_TESTS=OFF',
    '-DLLAMA_BUILD_EXAMPLES=OFF',
  ];
  must('cmake', ['-S', folder, '-B', join(folder, 'build'), ...options]);
  must('cmake', [
    '--build',
    join(folder, 'build'),
    '--target',
    'llama-server',
    '--parallel',
    String(availableParallelism()),
  ]);
  return program;
}

export class Peer {
  readonly #process: ChildProcess;
  readonly #url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.#url = url;
  }

  static async start(program: string, modelPath: string): Promise<Peer> {
    const port = await freePort();
    const flags = [
      '-ngl',
      '99',
      '-fa',
      'on',
      '-ub',
      '1024',
      '-b',
      '1024',
      '-dt',
      '0.1',
      '--ctx-size',
      '4096',
      '--cache-reuse',
      '256',
      '--no-webui',
    ];
    const child = spawn(program, ['-m', modelPath, '--host', '127.0.0.1', '--port', String(port), ...flags], {
      stdio: 'ignore',
    });
    const peer = new Peer(child, `http://127.0.0.1:${port}`);
    for (let tries = 0; tries < 240; tries++) {
      if (child.exitCode !== null) throw new Error(`llama-server ended with exit code ${child.exitCode}.`);
      const ready = await fetch(`${peer.#url}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return peer;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    peer.stop();
    throw new Error('llama-server did not become ready within a minute.');
  }

  async infill(document: string, cursor: number, tokens: number): Promise<PeerAnswer> {
    const lines = document.slice(0, cursor).split('\n');
    const prompt = lines.pop() ?? '';
    const behind = document.slice(cursor).split('\n');
    const body = {
      input_prefix: lines
        .slice(-PREFIX_LINES)
        .map((line) => `${line}\n`)
        .join(''),
      input_suffix: behind.slice(0, SUFFIX_LINES).join('\n'),
      input_extra: [],
      prompt,
      n_predict: tokens,
      // Generates exactly that many tokens: time limits and end-of-text are disabled.
      ignore_eos: true,
      top_k: 40,
      top_p: 0.99,
      stream: false,
      // llama.vscode adds "infill", which ends a text at once when random weights are unsure.
      samplers: ['top_k', 'top_p'],
      cache_prompt: true,
    };
    const started = performance.now();
    const response = await fetch(`${this.#url}/infill`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`llama-server answered ${response.status}: ${await response.text()}`);
    const { timings } = infillAnswer.parse(await response.json());
    return {
      totalMs: performance.now() - started,
      promptMs: timings.prompt_ms,
      evaluatedTokens: timings.prompt_n,
      generatedTokens: timings.predicted_n,
    };
  }

  stop(): void {
    this.#process.kill();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

function must(program: string, args: readonly string[]): void {
  const { status, error } = spawnSync(program, [...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: ${error?.message ?? `exit code ${status}`}`);
}
