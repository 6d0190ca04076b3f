/** The C++ programs of native/test: built when their sources changed, run, and read by their last line of JSON. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { packageRoot } from '../server/storage/paths.ts';

const buildFolder = join(packageRoot, 'native', 'build');

/** Builds the program where its sources changed and returns its path. Throws with the compiler's own words. */
export function buildNativeProgram(name: string): string {
  const build = spawnSync('cmake', ['--build', buildFolder, '--target', name, '--parallel', '2'], { encoding: 'utf8' });
  if (build.error) throw new Error(`cmake cannot be started (${build.error.message}): run \`node script/setup.mjs\`.`);
  if (build.status !== 0) throw new Error(`Building ${name} failed:\n${build.stdout}${build.stderr}`);
  return join(buildFolder, 'test', name);
}

/** Throws with the compiler's or the program's own words when either fails. */
export function runNativeProgram<T>(name: string, args: readonly string[], answer: ZodType<T>): T {
  const program = buildNativeProgram(name);
  const run = spawnSync(program, [...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`${name} ended with ${run.signal ?? run.status}: ${run.stderr}`);
  return answer.parse(JSON.parse(run.stdout.trimEnd().split('\n').at(-1) ?? ''));
}
