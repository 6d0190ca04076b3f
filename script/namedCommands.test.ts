/** Commands mentioned in messages, settings and documents are named as in the editor's command palette. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const { contributes } = JSON.parse(read('package.json')) as {
  contributes: {
    commands: { title: string; category: string }[];
    configuration: { properties: Record<string, object> };
  };
};
const titles = contributes.commands.map(({ title, category }) => `${category}: ${title}`);
const settings = Object.keys(contributes.configuration.properties);

function listed(...patterns: string[]): string[] {
  const paths = execFileSync('git', ['ls-files', '--', ...patterns], { cwd: root, encoding: 'utf8' }).split('\n');
  return paths.filter((path) => path !== '' && !/(?:\.test\.ts|testing\w*\.ts)$/.test(path));
}

/** Lines that are not comments, by location. */
function linesOf(paths: readonly string[]): [string, string][] {
  return paths.flatMap((path) =>
    read(path)
      .split('\n')
      .map((line, i): [string, string] => [`${path}:${i + 1}`, line])
      .filter(([, line]) => !/^\s*(?:\*|\/\/|\/\*)/.test(line)),
  );
}

const sources = linesOf(listed('server/*.ts', 'src/*.ts', 'webview/*.ts'));

/** An item of the status bar. */
const NO_COMMANDS = ["'Repotune: Next Edits'"];

test('messages name only commands of the palette, in quotes', () => {
  const named = sources.flatMap(([place, line]) =>
    [...line.matchAll(/(.)(Repotune: [A-Z][^"'`]*)(.)/g)].map(([whole, before, name, behind]) => ({
      place,
      whole,
      isCommand: before === '"' && behind === '"' && titles.includes(name!),
    })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ isCommand, whole }) => !isCommand && !NO_COMMANDS.includes(whole))).toEqual([]);
});

test('a message that names a command or option of the command line says so', () => {
  const verbs = 'tune|mine|eval|complete|cluster|adapters|live|share|statistics|models|backends|doctor';
  const options =
    'force|model|continue|keep-up|base|rank|device|installed|blocks|anyway|minutes|adapter|activate|trust-address|from';
  const known = new RegExp(`\\brepotune (?:${verbs})\\b|[ (]--(?:${options})\\b`);
  const untold = sources.filter(
    ([place, line]) =>
      // The command line's own commands, and what only it does.
      !/^server\/(?:commands\/|cli|runs\/(?:refit|makeLayout)\.ts)/.test(place) &&
      known.test(line) &&
      !/command line/.test(line),
  );
  expect(untold.map(([place, line]) => `${place} ${line.trim()}`)).toEqual([]);
});

test('settings named in messages exist', () => {
  const named = sources.flatMap(([place, line]) =>
    [...line.matchAll(/[ (](repotune\.[a-z]\w*(?:\.\w+)?)(?=[ ).,;])/g)].map(([, name]) => [place, name] as const),
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter(([, name]) => !settings.includes(name!))).toEqual([]);
});

const documents = [...listed('*.md'), 'package.json'].filter((path) => !path.startsWith('test/'));

test.each(documents)('%s names commands as the palette does', (path) => {
  // The ellipsis is the palette's mark for commands that ask first.
  const named = [...read(path).matchAll(/\*\*(?:(Repotune: [^*]+)|([A-Z][^*\n]*…))\*\*/g)].map(
    ([, whole, title]) => whole ?? `Repotune: ${title}`,
  );
  expect(named.filter((name) => !titles.includes(name))).toEqual([]);
});
