/** Every command with each argument that names something, and what its answer must be like. */
import { join } from 'node:path';
import type { Input } from './inputs.ts';

export interface Tried {
  readonly input: Input;
  readonly args: readonly string[];
  /** The input is a folder to work in, so an unusable one must be refused. */
  readonly inFolder: boolean;
}

/** `input` is the argument under test; `good` is an intact repository. */
type Row = (input: readonly string[], good: string) => readonly string[];

const option = (name: string, input: readonly string[]): string[] => input.flatMap((one) => [name, one]);
const folder = (input: readonly string[]): string[] => option('--folder', input);

const IN_FOLDER: readonly Row[] = [
  (input) => ['mine', ...input],
  (input) => ['mine', ...input, '--split', 'time'],
  (input) => ['tune', ...input],
  (input) => ['eval', ...input],
  ...[
    ['list'],
    ['show', 'x'],
    ['activate', 'x'],
    ['disable'],
    ['rollback'],
    ['rename', 'x', 'y'],
    ['delete', 'x', '--yes'],
    ['compare', 'x', 'y'],
    ['lineage', 'x'],
    ['routes'],
    ['route', 'base', '--glob', 'a/'],
    ['unroute', '--glob', 'a/'],
    ['export', 'x', 'y.gguf'],
    ['log'],
  ].map(
    (args): Row =>
      (input) => ['adapters', ...args, ...folder(input)],
  ),
  ...[['show'], ['start'], ['stop']].map(
    (args): Row =>
      (input) => ['live', ...args, ...folder(input)],
  ),
  ...[['list'], ['publish', 'x'], ['pull', 'x', '--yes'], ['verify', 'x'], ['prune', '--keep', '1']].map(
    (args): Row =>
      (input) => ['share', ...args, ...folder(input)],
  ),
];

const ANYWHERE: readonly Row[] = [
  (input) => ['complete', ...input.map((path) => `${path}:1:1`)],
  (input) => ['complete', ...input.map((path) => `${join(path, 'a.ts')}:1:1`), '--base'],
  (input, good) => ['complete', `${good}/a.ts:1:1`, ...option('--model', input), '--base'],
  (input, good) => ['complete', `${good}/a.ts:1:1`, ...option('--adapter', input)],
  (input, good) => ['mine', good, ...option('--out', input)],
  (input, good) => ['tune', good, ...option('--model', input)],
  (input, good) => ['tune', good, ...option('--continue', input)],
  (input, good) => ['adapters', 'import', ...input, '--folder', good],
  (input, good) => ['adapters', 'activate', ...input, '--folder', good],
  (input, good) => ['share', 'list', '--folder', good, ...option('--remote', input)],
  (input, good) => ['share', 'pull', ...input, '--yes', '--folder', good],
  (input) => ['models', 'show', ...input],
  (input) => ['models', 'get', ...input],
  (input) => ['models', 'delete', ...input],
  (input) => ['backends', 'delete', ...input],
  (input) => ['doctor', ...folder(input), '--model', '/dev/null'],
  (input) => [...input, '--help'],
];

/** Words that name no command or action, alone and with a request for help. */
const WORDS: readonly (readonly string[])[] = [
  [],
  ['constructor'],
  ['__proto__'],
  ['import', 'x', '--help'],
  ...['adapters', 'models', 'share', 'live', 'backends'].map((name) => [name, 'constructor']),
];

/** `short`: of each kind only the input that fails first in every command. */
export function commandTable(inputs: readonly Input[], good: string, short = false): Tried[] {
  const some = (rows: readonly Row[], names: readonly string[]): readonly Row[] =>
    short ? rows.filter((row) => names.includes(row(['?'], 'good').slice(0, 2).join(' '))) : rows;
  const tried = inputs.flatMap((input) => {
    const given = input.path === null ? [] : [input.path];
    return [
      ...some(IN_FOLDER, ['mine ?', 'adapters list', 'live show', 'share list']).map((row) => ({
        input,
        args: row(given, good),
        inFolder: input.path !== null,
      })),
      ...some(ANYWHERE, ['complete ?:1:1', 'models show']).map((row) => ({
        input,
        args: row(given, good),
        inFolder: false,
      })),
    ];
  });
  const nothing: Input = { name: 'a word that names nothing', path: null, refused: true };
  // Without a folder it tunes on the current one, which is valid and takes minutes.
  const soon = tried.filter(({ args }) => args.join() !== 'tune');
  return [...soon, ...WORDS.map((args) => ({ input: nothing, args, inFolder: true }))];
}

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Internal error texts. git's own messages are allowed: they follow ours. */
const RAW =
  /\bE[A-Z]{3,}: |illegal operation|[Nn]o such file or directory|\bspawn\b|\bundefined\b|\bnull\b|Cannot read prop|\w+Error\b|Invalid string|Unexpected (?:token|end)|^\s+at |"code":/m;

/** What is wrong with an answer; '' if nothing. */
export function judge({ input, inFolder }: Tried, { code, stdout, stderr }: Answer): string {
  if (![0, 1, 2].includes(code)) return `exit code ${code}`;
  if (code === 0) return inFolder && input.refused ? 'it is not refused' : '';
  const ours = stderr.replace(/ It says: .*/g, '').replace(/ \((?:fatal|error): .*\)/g, '');
  const told = /^(?:usage: |FAIL )/m.test(stdout) || /^repotune(?: [a-z]+)?: .{10}/m.test(ours);
  if (!told) return `no sentence: ${stderr}`;
  const raw = RAW.exec(ours)?.[0];
  return raw === undefined ? '' : `raw words (${raw.trim()}): ${stderr}`;
}
