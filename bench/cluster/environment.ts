/** A Python with Ray, PyTorch, TRL and PEFT, outside the checkout. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { scriptsFolder } from '../../server/cluster/pack.ts';

/** Besides what a job needs: gguf reads the bundled base, psutil tells which worker is busy. */
const MORE = ['gguf==0.19.0', 'psutil==7.2.2'];

/** `named`: an interpreter that has these packages; without one they are installed once into a cache. */
export function pythonFor(named: string | undefined, say: (line: string) => void): string {
  if (named !== undefined) return named;
  const folder = join(envPaths('repotune', { suffix: '' }).cache, 'check-cluster');
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const requirements = readFileSync(join(scriptsFolder(), 'requirements.txt'), 'utf8').split('\n');
  // The 4-bit library is only for CUDA, which is not checked here.
  const wanted = requirements.filter(
    (line) => line !== '' && !line.startsWith('#') && !line.startsWith('bitsandbytes'),
  );
  if (!existsSync(python)) {
    say('Installing Ray, PyTorch, TRL and PEFT');
    must('python3', ['-m', 'venv', folder]);
  }
  must(python, ['-m', 'pip', 'install', '--quiet', ...wanted, ...MORE]);
  return python;
}

export function must(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return stdout;
}
