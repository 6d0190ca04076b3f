/** The 0.5B-shape Q4_0 model with random weights for measuring speed: built once by native/test/make_shape.cc. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { bundledModelPath, packageRoot } from '../../server/storage/paths.ts';

export const benchCache = join(packageRoot, '.cache', 'bench');

export function shapeModelPath(): string {
  const path = join(benchCache, 'qwen2-0.5b-shape-q4_0.gguf');
  if (existsSync(path)) return path;
  mkdirSync(benchCache, { recursive: true });
  const build = join(packageRoot, 'native', 'build');
  must('cmake', ['--build', build, '--target', 'make_shape']);
  const part = `${path}.part`;
  must(join(build, 'test', 'make_shape'), [part, bundledModelPath()]);
  renameSync(part, path);
  return path;
}

function must(program: string, args: readonly string[]): void {
  const { status, error, stdout, stderr } = spawnSync(program, [...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stdout + stderr}`);
}
