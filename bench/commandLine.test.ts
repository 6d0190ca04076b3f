/** `--help` of every benchmark and check, and how they treat unknown options. */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../server/storage/paths.ts';
import type { Asked, Ended } from './commandLineHost.ts';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');

/** The command that starts it, and the file that parses its options. */
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

let host: ChildProcess;
let gone: Promise<never>;
beforeAll(() => {
  host = fork(join(packageRoot, 'bench', 'commandLineHost.ts')).setMaxListeners(0);
  gone = once(host, 'exit').then(([code]) => Promise.reject(new Error(`The commands' process ended with ${code}.`)));
  gone.catch(() => {});
});
afterAll(() => void host.kill());

/** A command's output and exit status, run in the shared process. */
async function run(script: string, ...args: string[]): Promise<Ended> {
  host.send({ script: join(packageRoot, script), args } satisfies Asked);
  const [ended] = await Promise.race([once(host, 'message'), gone]);
  return ended;
}

/** The same in a separate process. */
function start(script: string, ...args: string[]) {
  return spawnSync(process.execPath, [join(packageRoot, script), ...args], { encoding: 'utf8' });
}

/** Commands that start another process, or are driven by one, cannot run in the shared process. */
const startsAnother = (script: string): boolean => !script.startsWith('bench/') || script === 'bench/start.ts';

test('finds more than 30 checks and benchmarks', () => {
  expect(commands().length).toBeGreaterThan(30);
});

test.each(commands())(
  '$name --help prints a usage with every option, no error, and exits with 0',
  async ({ name, script, source }) => {
    const { status, stdout, stderr } = startsAnother(script) ? start(script, '--help') : await run(script, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.startsWith(`usage: npm run ${name}`)).toBe(true);
    const options = [...read(source).matchAll(/^ +'?([\w-]+)'?: \{ type: '(?:string|boolean)'/gm)].map(
      ([, option]) => option,
    );
    expect([...options, 'json'].filter((option) => !stdout.includes(`--${option}`))).toEqual([]);
  },
);

test.each(commands())('$name parses its options with commandLine() and the shared number parsers', ({ source }) => {
  const text = read(source);
  expect(text).toContain('commandLine(');
  expect(text).not.toMatch(/parseArgs|argv\.includes/);
  // A non-number would become NaN there, and be ignored: use wholeNumber and the like.
  expect(text).not.toMatch(/Number\((?:values|options)\b|\.map\(Number\)\.every/);
});

test.each([
  [['--no-such-option'], 'There is no option --no-such-option.'],
  [['--kills'], '--kills takes a value.'],
  [['--kills='], 'One of the arguments is empty: is a shell variable not set?'],
  [['stray'], 'There is nothing that stray could be.'],
])('%j is refused with one sentence', (args, sentence) => {
  const { status, stdout, stderr } = start('bench/check-share-kill.ts', ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toBe(`${sentence} --help shows the usage.\n`);
});

/** Arguments with which a check would have examined nothing, and found nothing wrong. */
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
  ['complete', ['--model', 'a.gguf', '--idle', 'long'], '--idle takes a number from 0 to 3600, not long.'],
  ['complete', ['--model', 'a.gguf', '--only', 'typing'], '--model measures that one alone: '],
  ['complete', ['--idle', '5'], '--idle needs --model.'],
  ['check-base-model', ['--threads', 'all'], '--threads takes a whole number from 1 on, not all.'],
  ['check-gpu', ['--cpu', '--tokens', 'few'], '--tokens takes a whole number from 16 on, not few.'],
  ['check-peft', ['--save'], '--save needs --python: '],
  ['check-quality', ['--show', 'some'], '--show takes a whole number from 0 on, not some.'],
  ['check-quality', ['--threads', 'all'], '--threads takes a whole number from 0 on, not all.'],
  ['check-secrets', ['--seed', '1.5'], '--seed takes a whole number, not 1.5.'],
  ['check-secrets', ['--repositories'], '--repositories takes the folders of repositories.'],
  ['check-secrets', ['stray'], 'Put --repositories before stray.'],
  ['budget', ['--model', 'a.gguf', '.', '--minutes', 'Infinity'], '--minutes takes a number above 0, not Infinity.'],
  ['gpu', ['--count', '--tokens', 'many'], '--tokens takes a whole number from 1 on, not many.'],
  ['gpu', ['--count', '--tflops', 'many'], '--tflops takes a number above 0, not many.'],
  ['gpu', ['--count', '--shapes', '2B'], '--shapes takes 0.5B, 1.5B, 3B, 7B, tiny; 2B is none of them.'],
  ['hyperparameters', ['.', '--held-out', '1.5'], '--held-out takes a whole number from 1 on, not 1.5.'],
  ['hyperparameters', ['.', 'alpha'], 'A SPEC has parts like alpha=16, unlike alpha.'],
  ['keep-up', ['.', '--places', 'many'], '--places takes a whole number from 0 on, not many.'],
  ['keep-up', ['.', '--method', 'toString=1'], '--method takes '],
  ['next-edit', ['.', '--model', 'a.gguf', '--learning-rate', 'x'], '--learning-rate takes a number above 0, not x.'],
  ['next-edit-chance', ['a', 'b', '--least', '2'], '--least takes a number from 0.001 to 0.999, not 2.'],
  ['preference', ['.', '--arms', 'toString'], '--arms takes as-is, '],
  ['prompt', ['--tokens', ''], 'One of the arguments is empty: '],
  ['scaling', ['--only', 'constructor'], '--only takes sequence, rank, model, threads, streamed; constructor is none'],
  ['scaling', ['--steps', '1.5'], '--steps takes a whole number from 1 on, not 1.5.'],
  ['silence', ['.'], 'These work folders hold no suggestion: '],
  ['teach', ['.', '--out', 'x', '--variant', 'toString'], '--variant takes '],
  ['teach', ['--table'], '--table takes the files of figures.'],
  ['usefulness', ['.', '--threads', 'all'], '--threads takes a whole number from 0 on, not all.'],
  ['usefulness', ['--recorded', 'server/common'], 'server/common has no record.'],
])('%s %j is refused', async (name, args, sentence) => {
  const { status, stdout, stderr } = await run(`bench/${name}.ts`, ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.startsWith(sentence)).toBe(true);
  expect(stderr.endsWith(' --help shows the usage.\n')).toBe(true);
});

test('bench/run.ts names the benchmarks when it is given an unknown one', () => {
  expect(start('bench/run.ts', '--help')).toMatchObject({ status: 0, stderr: '' });
  const { status, stderr } = start('bench/run.ts', 'nonesuch');
  expect(status).toBe(2);
  expect(stderr).toMatch(/^usage: npm run bench -- <complete\|/);
});
