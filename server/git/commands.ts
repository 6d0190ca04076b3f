/**
 * The git commands that run in a user's folder, each with its fixed options. All are plumbing and read-only: none writes a ref, an index or
 * a work tree (so no hook runs), compares with the work tree (which would run `filter.<driver>.clean`), checks out or archives (`smudge`,
 * `tar.<format>.command`), or shows converted text (`diff.<driver>.textconv`) or a signature (`gpg`).
 */
const COMMANDS = {
  'cat-file': [],
  'check-attr': [],
  'check-ignore': [],
  config: [],
  // Without --cached it would compare with the work tree.
  'diff-index': [
    '--cached',
    '--no-ext-diff',
    '--no-textconv',
    '--ignore-submodules=all',
    '--submodule=short',
    '--no-color',
  ],
  'diff-tree': ['--no-ext-diff', '--no-textconv', '--ignore-submodules=all', '--submodule=short', '--no-color'],
  'ls-files': [],
  'ls-tree': [],
  'merge-base': [],
  remote: [],
  'rev-list': [],
  'rev-parse': [],
} as const satisfies Record<string, readonly string[]>;

type GitCommand = keyof typeof COMMANDS;
export type GitArguments = readonly [GitCommand, ...(readonly string[])];

/** Options that would make one of these commands run a program or write after all. */
const REFUSED =
  /^--(?:filters|textconv|ext-diff|show-signature|output|use-mailmap|modified|others|deleted|unset|add|replace|edit|global|system|file|upload-pack|exec)/;

export interface Targets {
  /** Never parsed as options or paths. */
  readonly revisions?: readonly string[];
  /** Never parsed as options or revisions. */
  readonly paths?: readonly string[];
}

/** The command line after git's own options. @throws for a command or an option that is not allowed. */
export function commandLine([command, ...options]: GitArguments, { revisions, paths }: Targets): string[] {
  if (!Object.hasOwn(COMMANDS, command)) throw new Error(`git ${command} is not one of the commands that are run`);
  if (command === 'remote' && options.length > 0 && options[0] !== 'get-url')
    throw new Error(`git remote ${options[0]} is not run`);
  const refused = options.find((option) => REFUSED.test(option));
  if (refused !== undefined) throw new Error(`git ${command} ${refused} is not run`);
  return [
    command,
    ...COMMANDS[command],
    ...options,
    ...(revisions === undefined ? [] : ['--end-of-options', ...revisions]),
    ...(paths === undefined && revisions === undefined ? [] : separated(command, paths ?? [])),
  ];
}

/** Commands used without paths, which accept no separator either. */
const WITHOUT_PATHS: ReadonlySet<GitCommand> = new Set(['ls-tree', 'merge-base', 'rev-parse']);

function separated(command: GitCommand, paths: readonly string[]): string[] {
  if (!WITHOUT_PATHS.has(command)) return ['--', ...paths];
  if (paths.length > 0) throw new Error(`git ${command} is not run with paths`);
  return [];
}
