import { expect, it } from 'vitest';
import { languageIdOf } from './languageId.ts';
import { languageOf } from './languageOf.ts';

it.each([
  ['src/a.ts', 'typescript', 'typescript'],
  ['src/A.TS', 'typescript', 'typescript'],
  ['CMakeLists.txt', 'cmake', 'plaintext'],
  ['deep/Jenkinsfile', 'groovy', 'plaintext'],
  ['README', null, 'plaintext'],
  // What every object of JavaScript has by itself.
  ['src/constructor', null, 'plaintext'],
  ['toString', null, 'plaintext'],
  ['__proto__', null, 'plaintext'],
  ['a.constructor', null, 'plaintext'],
  ['a.__proto__', null, 'plaintext'],
])('%s is of the language %s, to an editor %s', (path, language, id) => {
  expect(languageOf(path)).toBe(language);
  expect(languageIdOf(path)).toBe(id);
});
