/**
 * Lists by which people keep code from assistants, completion models and their indexes: what none of those may read is not learned. Our own is
 * among them, since whoever opens a folder of a repository puts it there. In a folder without git, its rules too.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../common/parseJson.ts';
import { pathWithin } from '../common/pathWithin.ts';
import { readBlobs } from '../git/blobs.ts';
import { records } from '../git/git.ts';
import { refusal } from '../git/repository.ts';
import { askGit } from '../git/run.ts';
import { MiningError } from './errors.ts';
import { isOrdinary, maxIgnoreBytes, nothingLeftOut, type PathRule, unusable } from './ignore.ts';
import { IgnoreRules, unreadableRules } from './ignorePattern.ts';
import { InsideFolder, statOfEntry } from './insideFolder.ts';
import { MOST_PATH_LENGTH } from './listing.ts';
import { leftOutByAttributes, macroLines, RULES_OF_GIT } from './rulesWithoutGit.ts';
import { disabledFor } from './zedSettings.ts';

/** All in gitignore syntax, about the folder that they are in. */
const NAMES: ReadonlySet<string> = new Set(
  (
    '.agentignore .ai-ignore .aiderignore .aiexclude .aiignore .augmentignore .claudeignore .clineignore .codeassistantignore .codeiumignore ' +
    '.codexignore .codyignore .continueignore .copilotignore .crushignore .cursorindexingignore .cursorignore .devinignore .geminiignore ' +
    '.gooseignore .gptignore .junieignore .kilocodeignore .llmignore .noai .opencodeignore .qoderignore .qodoignore .qwenignore .repotuneignore ' +
    '.rooignore .supermavenignore .tabnineignore .traeignore .warpindexingignore .windsurfignore .zencoderignore'
  ).split(' '),
);

/** Those that lie in a folder of the assistant's own; about the folder around it. */
const IN_FOLDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['.claude', ['settings.json', 'settings.local.json']],
  ['.cody', ['ignore']],
  ['.trae', ['.ignore']],
  ['.zed', ['settings.json']],
]);

/** Paths of lists that a folder with these names may hold. */
export function listsAmong(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const known = name.toLowerCase();
    return NAMES.has(known) ? [name] : (IN_FOLDERS.get(known) ?? []).map((inner) => `${name}/${inner}`);
  });
}

interface List {
  /** From the repository's root, as reports name it. */
  readonly path: string;
  readonly rules: IgnoreRules;
}

/**
 * The lists in the folders on the way to a path; {@link nothingLeftOut} if none is on the way to any of `paths`.
 * @throws {MiningError} as does the rule, if a list exists but cannot be read.
 */
export async function readAssistantLists(root: string, paths: readonly string[]): Promise<PathRule> {
  const lists = new Lists(root, await listsOfIndex(root));
  let any = false;
  // Not only until the first is found: an unreadable one is reported here.
  for (const folder of new Set(paths.filter(isPossible).map(folderOf))) any = lists.areOn(folder) || any;
  if (!any) return nothingLeftOut;
  return (path) => (isPossible(path) ? lists.reasonAgainst(path) : undefined);
}

class Lists {
  readonly #root: string;
  readonly #inside: InsideFolder;
  /** Texts of those that a sparse checkout lacks, by path. */
  readonly #absent: ReadonlyMap<string, string>;
  readonly #ofGit = new Map<string, boolean>();
  readonly #macros = new Map<string, readonly string[]>();
  readonly #known = new Map<string, readonly List[]>();

  constructor(root: string, absent: ReadonlyMap<string, string>) {
    this.#root = root;
    this.#inside = new InsideFolder(root);
    this.#absent = absent;
  }

  /** Whether there is any in a folder or above it. */
  areOn(folder: string): boolean {
    const here = this.#of(folder).length > 0;
    return (folder !== '' && this.areOn(folderOf(folder))) || here;
  }

  reasonAgainst(path: string): string | undefined {
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      const below = folder === '' ? path : path.slice(folder.length + 1);
      const list = this.#of(folder).find(({ rules }) => rules.ignores(below));
      if (list !== undefined) return list.path;
      if (folder === '') return undefined;
    }
  }

  #of(folder: string): readonly List[] {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const lists = [...this.#onDisk(folder), ...this.#inIndex(folder)];
    this.#known.set(folder, lists);
    return lists;
  }

  #onDisk(folder: string): List[] {
    const names = namesIn(this.#root, this.#inside, folder);
    // Inside a work tree git reads its own rules.
    const ofGit = this.#isOfGit(folder) ? [] : names.filter((name) => RULES_OF_GIT.has(name));
    return [...listsAmong(names), ...ofGit].flatMap((name) => {
      const path = joined(folder, name);
      return statOfEntry(join(this.#root, path)) === undefined
        ? []
        : [this.#listOf(path, textOfDisk(this.#root, path))];
    });
  }

  #isOfGit(folder: string): boolean {
    const known = this.#ofGit.get(folder);
    if (known !== undefined) return known;
    const isTop = statOfEntry(join(this.#root, folder, '.git')) !== undefined;
    const isOfGit = isTop || (folder !== '' && this.#isOfGit(folderOf(folder)));
    this.#ofGit.set(folder, isOfGit);
    return isOfGit;
  }

  #inIndex(folder: string): List[] {
    return [...this.#absent].flatMap(([path, text]) => (aboutOf(path) === folder ? [this.#listOf(path, text)] : []));
  }

  /** Definitions of .gitattributes in a folder and above it. */
  #macrosIn(folder: string): readonly string[] {
    const known = this.#macros.get(folder);
    if (known !== undefined) return known;
    const path = joined(folder, '.gitattributes');
    const isThere = statOfEntry(join(this.#root, path)) !== undefined;
    const own = isThere ? macroLines(textOfDisk(this.#root, path)) : [];
    const macros = folder === '' ? own : [...this.#macrosIn(folderOf(folder)), ...own];
    this.#macros.set(folder, macros);
    return macros;
  }

  #listOf(path: string, text: string): List {
    const name = path.toLowerCase();
    const macros = name.endsWith('.gitattributes') ? this.#macrosIn(folderOf(path)) : [];
    const lines = linesOf(name, [...macros, text].join('\n'));
    const wanted = unreadableRules(lines);
    if (wanted !== null) throw unusable(join(this.#root, path), wanted);
    return { path, rules: new IgnoreRules(lines, isOfZed(name) ? 'globset' : 'gitignore') };
  }
}

function linesOf(path: string, text: string): string {
  // By its makers' definition an empty one leaves out everything.
  if (path.endsWith('.aiexclude') && text.trim() === '') return '*';
  if (path.endsWith('.gitattributes')) return leftOutByAttributes(text);
  if (isOfZed(path)) return disabledFor(text);
  return path.endsWith('.json') ? deniedTo(text).join('\n') : text;
}

function isOfZed(path: string): boolean {
  return path.endsWith('.zed/settings.json');
}

const permissions = z.object({ permissions: z.object({ deny: z.array(z.string()) }) });

/** Claude Code's `"deny": ["Read(./secrets/**)"]`, without paths outside the folder. Settings that it cannot read deny nothing. */
function deniedTo(text: string): string[] {
  const { data } = permissions.safeParse(parseJson(text));
  return (data?.permissions.deny ?? []).flatMap((rule) => {
    const [, path] = /^Read\((?!\/\/|~)(.+)\)$/.exec(rule) ?? [];
    return path === undefined ? [] : [path];
  });
}

/** None behind a link, which could lead anywhere. */
function namesIn(root: string, inside: InsideFolder, folder: string): readonly string[] {
  if (folder !== '' && inside.reasonAgainst(joined(folder, 'list')) !== null) return [];
  try {
    return readdirSync(join(root, folder)).filter((name) => name.startsWith('.'));
  } catch {
    return [];
  }
}

/** Through a link too: one list for several assistants is often linked to. Who wrote the repository may not have other files read so. */
function textOfDisk(root: string, path: string): string {
  const full = join(root, path);
  try {
    const stat = statSync(full);
    if (!stat.isFile() || stat.size > maxIgnoreBytes) throw unusable(full, 'a plain file of at most 1 MB');
    if (pathWithin(realpathSync(root), realpathSync(full)) === null)
      throw unusable(full, 'a file in this folder but a link out of it');
    return readFileSync(full, 'utf8');
  } catch (error) {
    throw error instanceof MiningError ? error : unusable(full, 'readable');
  }
}

/** Tracked ones that a sparse checkout lacks. */
async function listsOfIndex(root: string): Promise<ReadonlyMap<string, string>> {
  if (isOrdinary(root)) return new Map();
  const names = [...NAMES, ...[...IN_FOLDERS].flatMap(([folder, inner]) => inner.map((name) => `${folder}/${name}`))];
  const { ok, output, words } = await askGit(root, ['ls-files', '-z', '--stage', '-t'], {
    paths: names.map((name) => `:(top,icase,glob)**/${name}`),
  });
  if (!ok) throw new MiningError('refused', refusal(root, words).message);
  const absent = records(output).flatMap((record) => {
    const [, id, path = ''] = /^S \d+ ([0-9a-f]+) 0\t(.*)$/s.exec(record) ?? [];
    return id === undefined || statOfEntry(join(root, path)) !== undefined ? [] : [[path, id] as const];
  });
  const texts = await readBlobs(root, [...new Set(absent.map(([, id]) => id))]);
  return new Map(
    absent.map(([path, id]) => {
      const text = texts.get(id);
      const full = join(root, path);
      if (text === undefined || text.length > maxIgnoreBytes) throw unusable(full, 'on the disk or in this clone');
      return [path, text.toString('utf8')];
    }),
  );
}

/** The folder that a list is about. */
function aboutOf(path: string): string {
  const folder = folderOf(path);
  return IN_FOLDERS.has(folder.slice(folder.lastIndexOf('/') + 1).toLowerCase()) ? folderOf(folder) : folder;
}

/** No disk has others; an index can. */
function isPossible(path: string): boolean {
  return path.length <= MOST_PATH_LENGTH;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
