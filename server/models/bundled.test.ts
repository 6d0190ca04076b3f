import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { bundledModelPath } from '../storage/paths.ts';
import { resolveModel } from './bundled.ts';

it.each([
  ['~/models/a.gguf', join(homedir(), 'models', 'a.gguf')],
  ['"/models/my model.gguf"', resolve('/models/my model.gguf')],
  [' /models/a.gguf\n', resolve('/models/a.gguf')],
  ['/models/~/a.gguf', resolve('/models/~/a.gguf')],
  ['~user.gguf', resolve('~user.gguf')],
  ['models/a.gguf', resolve('models/a.gguf')],
])('finds a model whose path is set as %s', (set, path) => {
  expect(resolveModel(set)).toBe(path);
});

it.each(['', ' ', undefined])('uses the bundled base where the path is set to %j', (set) => {
  expect(resolveModel(set)).toBe(bundledModelPath());
});
