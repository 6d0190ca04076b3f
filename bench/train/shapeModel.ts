/** Models in Qwen2.5's shapes with random Q4_0 weights: for measuring speed, which does not depend on the weights. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundledModelPath, packageRoot } from '../../server/storage/paths.ts';
import { buildNativeProgram } from '../nativeProgram.ts';

export type ModelSize = '0.5B' | '1.5B' | '3B' | '7B';

const folder = join(packageRoot, 'native', 'build', 'bench');
const pathOf = (size: ModelSize): string => join(folder, `qwen2-${size.toLowerCase()}-shape-q4_0.gguf`);

/** Path of the model, built on first use beside the other build products. */
export function shapeModel(size: ModelSize): string {
  const path = pathOf(size);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const program = buildNativeProgram('make_shape');
  const { status, stderr } = spawnSync(program, [`${path}.part`, bundledModelPath(), size], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The model could not be made: ${stderr}`);
  renameSync(`${path}.part`, path);
  return path;
}

/** Deletes a model that is too large to keep around. */
export function removeShapeModel(size: ModelSize): void {
  rmSync(pathOf(size), { force: true });
}
