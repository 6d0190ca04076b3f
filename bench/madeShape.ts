/** Models of a real one's shape with random weights (native/test/make_shape.cc). */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundledModelPath } from '../server/storage/paths.ts';
import { buildNativeProgram } from './nativeProgram.ts';

/** Path of the model in `folder`, made if it is not there yet. `shape`: "0.5B", "7B", … Throws with the program's reason. */
export function madeShape(shape: string, folder: string): string {
  const model = join(folder, `${shape}.gguf`);
  if (existsSync(model)) return model;
  const made = spawnSync(buildNativeProgram('make_shape'), [model, bundledModelPath(), shape], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`No model of the shape ${shape} could be made: ${made.stderr}`);
  return model;
}
