import { readFileSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import { expect, it } from 'vitest';

const cmake = readFileSync(new URL('../native/cmake/llama.cmake', import.meta.url), 'utf8');

/** The patterns by which the build looks for a library. */
function patternsFor(name: string, suffix: string): string[] {
  const [, found = ''] = /file\(GLOB found (.*)\)/.exec(cmake) ?? [];
  return found
    .split(' ')
    .map((pattern) => pattern.replace(/^\$\{base\}/, `lib${name}`).replace(/\$\{suffix\}$/, suffix));
}

it.each([
  ['llama', 'libllama.v0.4.0.so', '.so'],
  ['ggml', 'libggml.v0.4.0.so', '.so'],
  ['ggml-base', 'libggml-base.so', '.so'],
  ['llama', 'libllama.metal.v0.4.0.dylib', '.dylib'],
  ['ggml', 'libggml.metal.v0.4.0.dylib', '.dylib'],
  ['ggml-base', 'libggml-base.dylib', '.dylib'],
])('the build finds %s in %s, as the packages name it, and nothing else', (name, file, suffix) => {
  const matching = (one: string) => patternsFor(name, suffix).some((pattern) => matchesGlob(one, pattern));
  const others = ['libllama-common', 'libggml-base', 'libggml-cpu-apple_m1', 'libggml-metal', 'libggml-vulkan'];
  const wrong = others.map((other) => `${other}${suffix}`).filter((other) => other !== file && matching(other));
  expect({ found: matching(file), wrong }).toEqual({ found: true, wrong: [] });
});
