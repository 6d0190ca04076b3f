/** `--help` of every benchmark and check, and what they do with options they do not know. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../server/storage/paths.ts';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');

/** What starts it, and the file that reads its options. */
interface Command {
  readonly name: string;
  readonly script: string;
  readonly source: string;
}

function commands(): Command[] {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const checks = Object.entries(scripts).flatMap(([name, line]) => {
    const [, script] = /^node script\/run\.mjs (\S+)$/.exec(line) ?? [];
    return name.startsWith('check:') && script !== undefined ? [{ name, script, source: script }] : [];
  });
  const names = [...read('bench/run.ts').matchAll(/^ {2}'([\w-]+)',$/gm)].map(([, name]) => name!);
  const benches = names.map((name) => {
    const script = `bench/${name}.ts`;
    return { name: `bench -- ${name}`, script, source: name === 'start' ? 'test/e2e/benchStart.mjs' : script };
  });
  return [...checks, ...benches];
}

function run(script: string, ...args: string[]) {
  return spawnSync(process.execPath, [join(packageRoot, script), ...args], { encoding: 'utf8' });
}

test('there are all of them', () => {
  expect(commands().length).toBeGreaterThan(30);
});

test.each(commands())(
  '$name --help prints its usage, every option in it, and does nothing else',
  ({ name, script, source }) => {
    const { status, stdout, stderr } = run(script, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.startsWith(`usage: npm run ${name}`)).toBe(true);
    const options = [...read(source).matchAll(/^ +'?([\w-]+)'?: \{ type: '(?:string|boolean)'/gm)].map(
      ([, option]) => option,
    );
    expect([...options, 'json'].filter((option) => !stdout.includes(`--${option}`))).toEqual([]);
  },
);

test.each(commands())('$name reads its options as all the others do', ({ source }) => {
  const text = read(source);
  expect(text).toContain('commandLine(');
  expect(text).not.toMatch(/parseArgs|argv\.includes/);
});

test.each([
  [['--no-such-option'], 'There is no option --no-such-option.'],
  [['--kills'], '--kills takes a value.'],
  [['stray'], 'There is nothing that stray could be.'],
])('%j is refused with one sentence', (args, sentence) => {
  const { status, stdout, stderr } = run('bench/check-share-kill.ts', ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toBe(`${sentence} --help shows the usage.\n`);
});

/** What would have looked at nothing, and found nothing wrong. */
test.each<[string, string[], string]>([
  ['check-share-kill', ['--kills', '0'], '--kills takes a whole number from 1 on, not 0.'],
  ['check-share-kill', ['--kills', 'many'], '--kills takes a whole number from 1 on, not many.'],
  ['check-resume', ['--kills', '0'], '--kills takes a whole number from 1 on, not 0.'],
  ['check-soak', ['--minutes', 'long'], '--minutes takes a number above 0, not long.'],
  ['check-ci', ['--runs', '0'], '--runs takes a whole number from 1 on, not 0.'],
  ['check-hostile', ['--steps', 'opens'], '--steps takes open-untrusted, open, mine, '],
  ['check-hostile', ['--kind', 'program'], '--kind takes programs, '],
  ['check-hostile', ['--only', 'no such room'], 'There is no room with no such room in its name.'],
  ['check-quality', ['--only', 'adapters'], '--only takes adapter, context, healing; adapters is none of them.'],
  ['complete', ['--only', 'peers'], '--only takes peer, cancel, '],
  ['complete', ['--only', 'peer'], '--only peer needs --peer or --peer-server.'],
])('%s %j is refused', (name, args, sentence) => {
  const { status, stdout, stderr } = run(`bench/${name}.ts`, ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.startsWith(sentence)).toBe(true);
  expect(stderr.endsWith(' --help shows the usage.\n')).toBe(true);
});

test('bench alone names the benchmarks', () => {
  expect(run('bench/run.ts', '--help')).toMatchObject({ status: 0, stderr: '' });
  const { status, stderr } = run('bench/run.ts', 'nonesuch');
  expect(status).toBe(2);
  expect(stderr).toMatch(/^usage: npm run bench -- <complete\|/);
});
