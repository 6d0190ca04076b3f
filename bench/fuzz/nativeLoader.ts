/** The native loader as a process that may die: every death is counted, and it is restarted. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { packageRoot } from '../../server/storage/paths.ts';

const BUILD = join(packageRoot, 'native', 'build', 'asan');
const HANG_MS = 20_000;

/** Builds the loader with AddressSanitizer, separate from the normal build. @throws with the compiler's output. */
export function buildLoader(): string {
  const run = (...args: readonly string[]): void => {
    const { status, stdout, stderr, error } = spawnSync('cmake', [...args], { encoding: 'utf8' });
    if (error) throw error;
    if (status !== 0) throw new Error(`cmake ${args[0]} failed:\n${stdout}${stderr}`);
  };
  if (!existsSync(join(BUILD, 'build.ninja'))) {
    const flags = '-fsanitize=address -fno-omit-frame-pointer -O1 -g';
    const headers = join(packageRoot, 'native', 'build', 'llama.cpp');
    run(
      '-S',
      join(packageRoot, 'native'),
      '-B',
      BUILD,
      '-G',
      'Ninja',
      `-DCMAKE_CXX_FLAGS=${flags}`,
      `-DLLAMA_HEADERS=${headers}`,
      '-DREPOTUNE_TRAINER=OFF',
      '-DCMAKE_BUILD_TYPE=Debug',
    );
  }
  run('--build', BUILD, '--target', 'check_adapters', '--parallel', '2');
  return join(BUILD, 'test', 'check_adapters');
}

export type Verdict = 'ok' | 'refused' | 'died' | 'hung';

export class NativeLoader implements Disposable {
  readonly #program: string;
  readonly #model: string;
  #child: ChildProcessWithoutNullStreams | null = null;
  #lines: AsyncIterableIterator<string> | null = null;
  #reader: Interface | null = null;
  lastWords = '';

  constructor(program: string, model: string) {
    this.#program = program;
    this.#model = model;
  }

  async load(path: string): Promise<Verdict> {
    const { child, lines } = this.#running();
    child.stdin.write(`${path}\n`);
    let timer: NodeJS.Timeout | undefined;
    const hang = new Promise<'hung'>((resolve) => {
      timer = setTimeout(() => resolve('hung'), HANG_MS);
    });
    const answer = await Promise.race([lines.next(), hang]);
    clearTimeout(timer);
    if (answer !== 'hung' && answer.done !== true && (answer.value === 'ok' || answer.value === 'refused'))
      return answer.value;
    this.#stop();
    return answer === 'hung' ? 'hung' : 'died';
  }

  #running(): { child: ChildProcessWithoutNullStreams; lines: AsyncIterableIterator<string> } {
    if (this.#child === null || this.#lines === null) {
      // Leaks in the prebuilt libraries at exit are not of interest.
      const child = spawn(this.#program, [this.#model], { env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' } });
      child.stdin.on('error', () => undefined);
      child.stderr.on('data', (chunk: Buffer) => {
        this.lastWords = chunk.toString('utf8').slice(0, 2000);
      });
      this.#child = child;
      this.#reader = createInterface({ input: child.stdout });
      this.#lines = this.#reader[Symbol.asyncIterator]() as AsyncIterableIterator<string>;
    }
    return { child: this.#child, lines: this.#lines };
  }

  #stop(): void {
    this.#child?.kill('SIGKILL');
    this.#reader?.close();
    this.#child = this.#lines = this.#reader = null;
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}
