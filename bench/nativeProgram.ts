/** Runs the C++ programs of native/test: rebuilt if their sources changed, their result being the last line of JSON. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import { packageRoot } from '../server/storage/paths.ts';

/** A figure of a program's answer; NaN for a non-number, which JSON cannot express. */
export const figure = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const buildFolder = join(packageRoot, 'native', 'build');

/** Programs already built by this process: their sources do not change while they run again and again. */
const built = new Set<string>();

/** Builds the program if its sources changed, and returns its path. Throws with the compiler's output. */
export function buildNativeProgram(name: string): string {
  const program = join(buildFolder, 'test', name);
  if (built.has(name)) return program;
  const build = spawnSync('cmake', ['--build', buildFolder, '--target', name, '--parallel', '2'], { encoding: 'utf8' });
  if (build.error) throw new Error(`cmake cannot be started (${build.error.message}): run \`node script/setup.mjs\`.`);
  if (build.status !== 0) throw new Error(`Building ${name} failed:\n${build.stdout}${build.stderr}`);
  built.add(name);
  return program;
}

/** `env`: beside this process's. Throws with the compiler's or the program's output if either fails. */
export function runNativeProgram<T>(
  name: string,
  args: readonly string[],
  answer: z.ZodType<T>,
  env: NodeJS.ProcessEnv = {},
): T {
  const program = buildNativeProgram(name);
  const run = spawnSync(program, [...args], { encoding: 'utf8', maxBuffer: 2 ** 26, env: { ...process.env, ...env } });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`${name} ended with ${run.signal ?? run.status}: ${run.stderr}`);
  return readAnswer(run.stdout, answer);
}

/** Parses the last line. What C prints for non-finite numbers, such as `-nan` or `inf`, is read as null. */
export function readAnswer<T>(stdout: string, answer: z.ZodType<T>): T {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  return answer.parse(JSON.parse(line.replace(/(?<=[:,[])[-+]?(?:nan(?:\(\w*\))?|inf(?:inity)?)(?=[,}\]])/gi, 'null')));
}
