import { expect, test } from 'vitest';
import { readSettings } from '../common/settings.ts';
import { disabledFor, silenceOf } from './enabled.ts';

test.each([
  [{}, 'python', 'src/a.py', null],
  [{ enabled: false }, 'python', 'src/a.py', 'completions are off'],
  [{ languages: { python: false } }, 'python', 'a.py', 'completions are off for python'],
  [{ languages: { '*': false, go: true } }, 'python', 'a.py', 'completions are off for python'],
  [{ languages: { '*': false, go: true } }, 'go', 'a.go', null],
  [{ exclude: ['vendor/', '*.min.js'] }, 'javascript', 'lib/a.min.js', 'the file is excluded by a setting'],
  [{ exclude: ['vendor/'] }, 'go', 'vendor/x/a.go', 'the file is excluded by a setting'],
  [{}, 'dotenv', 'app/.env', 'the file is excluded by a setting'],
  [{}, 'plaintext', '', null],
  [{}, 'plaintext', '../elsewhere/a.txt', null],
])('%j in %s %j: %s', (completions, languageId, path, expected) => {
  expect(disabledFor(readSettings({ completions }).settings.completions, languageId, [path])).toBe(expected);
});

test('a file in a folder inside another one of the window is excluded by its path from either', () => {
  const { completions } = readSettings({ completions: { exclude: ['/inner/a.ts', '/b.ts'] } }).settings;
  const reason = (...paths: string[]): string | null => disabledFor(completions, 'typescript', paths);
  expect(reason('inner/a.ts', 'a.ts')).toBe('the file is excluded by a setting');
  expect(reason('inner/b.ts', 'b.ts')).toBe('the file is excluded by a setting');
  expect(reason('inner/c.ts', 'c.ts')).toBeNull();
  expect(reason()).toBeNull();
});

test.each([
  [{ enabled: false, languages: { '*': false } }, 'off'],
  [{ languages: { python: false }, exclude: ['*.py'] }, 'languages'],
  [{ exclude: ['*.py'] }, 'exclude'],
  [{}, null],
])('%j silences a Python file for one reason: %s', (completions, expected) => {
  expect(silenceOf(readSettings({ completions }).settings.completions, 'python', ['a.py'])).toBe(expected);
});
