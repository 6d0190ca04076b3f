import { expect, it } from 'vitest';
import { languages } from './grammars/index.ts';
import { languageIdOf } from './languageId.ts';
import { languageOf } from './languageOf.ts';
import { syntaxFor } from './syntax.ts';

it.each([
  ['src/a.ts', 'typescript', 'typescript'],
  ['src/A.TS', 'typescript', 'typescript'],
  ['CMakeLists.txt', 'cmake', 'plaintext'],
  ['deep/Jenkinsfile', 'groovy', 'plaintext'],
  ['Rakefile', 'ruby', 'ruby'],
  ['engines/a/Gemfile', 'ruby', 'ruby'],
  ['config.ru', 'ruby', 'ruby'],
  ['matrix.tpp', 'cpp', 'cpp'],
  ['list.phtml', 'php', 'php'],
  ['app/Main.kt', 'kotlin', 'kotlin'],
  ['build.gradle.kts', 'kotlin', 'kotlin'],
  ['install.sh', 'shell', 'shellscript'],
  ['.config/rc.zsh', 'shell', 'shellscript'],
  ['config.fish', 'shell', 'fish'],
  ['init.lua', 'lua', 'lua'],
  ['lib/store.ex', 'elixir', 'elixir'],
  ['Store.m', 'objc', 'objective-c'],
  ['page.scss', 'css', 'scss'],
  ['README', null, 'plaintext'],
  // Inherited by every object in JavaScript.
  ['src/constructor', null, 'plaintext'],
  ['toString', null, 'plaintext'],
  ['__proto__', null, 'plaintext'],
  ['a.constructor', null, 'plaintext'],
  ['a.__proto__', null, 'plaintext'],
])('%s has the language %s and the editor’s language id %s', (path, language, id) => {
  expect(languageOf(path)).toBe(language);
  expect(languageIdOf(path)).toBe(id);
});

it.each([
  ['bin/tool', 'python', 'python'],
  ['analysis.ipynb', 'python', 'python'],
  ['', 'typescriptreact', 'tsx'],
  ['', 'shellscript', 'shell'],
  ['', 'plaintext', null],
  ['', 'constructor', null],
  // Its name tells more than a client's setting, as for mining.
  ['a.go', 'python', 'go'],
])('%j that an editor takes for %s has the language %s', (path, id, language) => {
  expect(languageOf(path, id)).toBe(language);
});

it.each(Object.entries(languages).flatMap(([name, { extensions }]) => extensions.map((ending) => [ending, name])))(
  'a file ending in %s is parsed as %s, for editors and mining alike',
  async (ending, name) => {
    expect(languageOf(`a${ending}`)).toBe(name);
    expect(await syntaxFor(languageIdOf(`a${ending}`))).toBe(await syntaxFor(name));
  },
);
