/** The corpus of `bench -- mine`: the source texts that installed packages ship, as one git repository outside the checkout. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { hashFraction } from '../server/common/random.ts';
import { hasGrammar, languageOf } from '../server/languages/languageOf.ts';
import { decode, maxFileBytes, reasonFromText } from '../server/mining/content.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { commitAsShipped } from './shippedSources.ts';

export const least = { files: 8_000, lines: 1_500_000 } as const;

/** Share of the packages' files: together with llama.cpp's they are enough, and all would only take longer. */
const packageShare = 0.6;

export interface Corpus {
  readonly folder: string;
  readonly files: number;
  readonly lines: number;
}

/** Builds it once; later calls reuse it as long as the installed packages are the same. */
export function mineCorpus(): Corpus {
  const folder = join(tmpdir(), 'repotune-bench-mine');
  const mark = join(folder, 'corpus.json');
  const lock = readFileSync(join(packageRoot, 'package-lock.json'), 'utf8').length;
  if (existsSync(mark)) {
    const known = JSON.parse(readFileSync(mark, 'utf8')) as Corpus & { lock: number };
    if (known.lock === lock) return known;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const modules = join(packageRoot, 'node_modules');
  const cloned = join(folder, 'llama.cpp');
  git(folder, [
    '-c',
    'init.defaultBranch=main',
    '-c',
    'advice.detachedHead=false',
    'clone',
    '--quiet',
    join(modules, 'node-llama-cpp', 'llama', 'gitRelease.bundle'),
    cloned,
  ]);
  rmSync(join(cloned, '.git'), { recursive: true, force: true });
  const counted = { files: 0, lines: 0 };
  for (const file of sourceFiles(modules)) {
    if (hashFraction('bench', relative(modules, file)) >= packageShare) continue;
    // Rename parts that would exclude a file as vendored or built, since such files are the subject here.
    const target = join(
      folder,
      'packages',
      relative(modules, file).replace(/(^|\/)(node_modules|dist|vendor)(?=\/)/g, '$1$2-'),
    );
    mkdirSync(dirname(target), { recursive: true });
    cpSync(file, target);
  }
  for (const file of sourceFiles(folder)) {
    counted.files++;
    counted.lines += readFileSync(file, 'utf8').split('\n').length;
  }
  commitAsShipped(folder, '--force');
  const corpus = { folder, ...counted };
  writeFileSync(mark, JSON.stringify({ ...corpus, lock }));
  return corpus;
}

/** Files that mining would parse: with the others, the bench would measure skipping. */
function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== '.git') yield* sourceFiles(path);
    if (!entry.isFile()) continue;
    const language = languageOf(path);
    const bytes = lstatSync(path).size;
    if (language === null || !hasGrammar(language) || bytes > maxFileBytes) continue;
    const decoded = decode(readFileSync(path));
    if (decoded.kind === 'text' && reasonFromText(decoded.text) === null) yield path;
  }
}

function git(cwd: string, args: readonly string[]): void {
  execFileSync('git', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
