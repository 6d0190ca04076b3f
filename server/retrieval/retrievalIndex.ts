import { Bm25, type CountedTerms, countTerms } from './bm25.ts';

/** UTF-16 units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A file with the analysis of its text. */
export interface IndexedFile {
  /** '/' separated, from the repository's root. */
  readonly path: string;
  readonly text: string;
  /** Signatures of what other files can name. */
  readonly definitions: readonly TextRange[];
  /** Lines with secrets: chunks and signatures that touch one are excluded. */
  readonly secrets: readonly TextRange[];
}

export interface Signature {
  readonly name: string;
  readonly text: string;
}

export interface SimilarChunk {
  readonly path: string;
  readonly text: string;
  readonly score: number;
  /** Number of the query's rare words in it. */
  readonly terms: number;
}

/** A piece of a file's code, with its words counted. */
interface IndexChunk extends CountedTerms {
  readonly text: string;
}

/** A file's index entry: plain data made by {@link entryOf}, which is most of the work and needs no index. */
export interface IndexEntry {
  readonly path: string;
  readonly signatures: readonly Signature[];
  readonly chunks: readonly IndexChunk[];
}

interface Entry {
  readonly signatures: readonly Signature[];
  readonly chunks: readonly number[];
}

const chunkLines = 14;
const maxSignatureUnits = 200;
/** Beyond this, an index costs more memory and time than the last files are worth; the first ones are kept. */
const maxChunks = 60_000;

/** Signatures and pieces of code of a repository, for the context of prompts. Files can be replaced individually. */
export class RetrievalIndex {
  readonly #entries = new Map<string, Entry>();
  readonly #chunks = new Map<number, { readonly path: string; readonly text: string }>();
  readonly #bm25 = new Bm25();
  /** Last segment of a module's name to the paths it may refer to. */
  readonly #byStem = new Map<string, Set<string>>();
  #nextId = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** Replaces any entry for the same path. */
  set({ path, signatures, chunks }: IndexEntry): void {
    this.delete(path);
    const ids: number[] = [];
    for (const { text, ...counted } of chunks) {
      if (this.#chunks.size >= maxChunks) break;
      const id = this.#nextId++;
      this.#chunks.set(id, { path, text });
      this.#bm25.add(id, counted);
      ids.push(id);
    }
    this.#entries.set(path, { signatures, chunks: ids });
    for (const stem of stemsOf(path)) {
      const paths = this.#byStem.get(stem);
      if (paths) paths.add(path);
      else this.#byStem.set(stem, new Set([path]));
    }
  }

  delete(path: string): void {
    const entry = this.#entries.get(path);
    if (!entry) return;
    for (const id of entry.chunks) {
      this.#chunks.delete(id);
      this.#bm25.remove(id);
    }
    for (const stem of stemsOf(path)) this.#byStem.get(stem)?.delete(path);
    this.#entries.delete(path);
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  paths(): Iterable<string> {
    return this.#entries.keys();
  }

  /** Everything that could end up in a prompt. */
  *texts(): Generator<string> {
    for (const { text } of this.#chunks.values()) yield text;
    for (const { signatures } of this.#entries.values()) for (const { text } of signatures) yield text;
  }

  signaturesOf(path: string): readonly Signature[] {
    return this.#entries.get(path)?.signatures ?? [];
  }

  /**
   * The file that a module's segments refer to, seen from `from`: the one whose path ends in most of them, then the nearest. Several
   * trailing segments may be names inside the file (`a.b.C`, `a::b::f`).
   */
  resolve(segments: readonly string[], from: string): string | null {
    for (let last = segments.length; last >= Math.max(1, segments.length - 2); last--) {
      const wanted = segments.slice(0, last);
      const paths = [...(this.#byStem.get(wanted.at(-1) as string) ?? [])].filter((path) => path !== from);
      if (paths.length === 0) continue;
      const ranked = paths
        .map((path) => ({ path, matched: matchedSegments(path, wanted), near: sharedFolders(path, from) }))
        .sort((x, y) => y.matched - x.matched || y.near - x.near || (x.path < y.path ? -1 : 1));
      const best = ranked[0];
      if (best && best.matched > 0) return best.path;
    }
    return null;
  }

  /** Pieces of other files that share most of the query's rare words, best first. */
  similar(
    query: string,
    excludedPath: string,
    limit: number,
    boosted: ReadonlySet<string> = new Set(),
  ): SimilarChunk[] {
    return this.#bm25
      .search(query, limit * 2, (id) => this.#chunks.get(id)?.path !== excludedPath)
      .map(({ id, score, terms }) => {
        const { path, text } = this.#chunks.get(id) as { path: string; text: string };
        return { path, text, score: boosted.has(path) ? score * 1.5 : score, terms };
      })
      .sort((x, y) => y.score - x.score)
      .slice(0, limit);
  }
}

export function entryOf({ path, text, definitions, secrets }: IndexedFile): IndexEntry {
  const chunks = [...chunkRanges(text)]
    .filter((range) => !touchesAny(range, secrets))
    .map(({ start, end }) => text.slice(start, end))
    .filter((piece) => !mostlyPreamble(piece))
    .map((piece) => ({ text: piece, ...countTerms(piece) }));
  const signatures = definitions
    .filter((range) => !touchesAny(range, secrets))
    .flatMap((range) => signatureOf(text, range));
  return { path, signatures, chunks };
}

/** Pieces of about 14 lines, bounded by blank lines if some are near. */
function* chunkRanges(text: string): Generator<TextRange> {
  const lines = text.split('\n');
  let offset = 0;
  let start = 0;
  let count = 0;
  for (const line of lines) {
    const lineStart = offset;
    offset += line.length + 1;
    const blank = line.trim() === '';
    if (count === 0 && blank) {
      start = offset;
      continue;
    }
    count++;
    if (count >= chunkLines || (blank && count >= chunkLines / 2)) {
      yield { start, end: blank ? Math.max(start, lineStart - 1) : offset - 1 };
      start = offset;
      count = 0;
    }
  }
  if (count > 2) yield { start, end: text.length };
}

/** Imports and licence texts are alike everywhere: BM25 would find little else. */
function mostlyPreamble(text: string): boolean {
  if (licence.test(text)) return true;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.filter((line) => !preamble.test(line));
  return telling.length < lines.length / 2;
}

const preamble =
  /^\s*(import\b|from\s+\S+\s+import|export\s.*\sfrom\b|package\b|use\s|using\s|#\s*include|require|"[\w./-]+"$|[)}]?\s*from\b|\w+,$|[()]$|\/\/|#|\/?\*|--)/;

/** Within a long comment or string, the lines of a licence have no markers of their own. */
const licence =
  /licensed under the|permission is hereby granted|all rights reserved|redistribution and use in|without warrant(y|ies) |on an "AS IS" basis|copyright \((c|©)\)/i;

function touchesAny({ start, end }: TextRange, ranges: readonly TextRange[]): boolean {
  return ranges.some((range) => range.start < end && start < range.end);
}

/** One line per signature. */
function signatureOf(text: string, { start, end }: TextRange): Signature[] {
  const line = withoutAnnotations(text.slice(start, Math.min(end, start + 20 * maxSignatureUnits)))
    .slice(0, 4 * maxSignatureUnits)
    // Once joined into one line, a line comment would swallow what follows it.
    .replace(/\/\*[\s\S]*?\*\/|(^|\s)(\/\/|# ).*$/gm, '')
    .replace(/\s+/g, ' ')
    .replace(/[\s{:=]+$/, '')
    .trim();
  const name = nameOf(line);
  if (!name || line.length < 4) return [];
  return [{ name, text: line.length > maxSignatureUnits ? `${line.slice(0, maxSignatureUnits)}…` : line }];
}

/** Without leading annotations, whose brackets contain other names: `@Get("/a")`, `[Authorize]`, `#[Route("/a")]`, `[[nodiscard]]`. */
function withoutAnnotations(definition: string): string {
  let at = 0;
  for (;;) {
    ANNOTATION.lastIndex = at;
    const [begun = '', name] = ANNOTATION.exec(definition) ?? [];
    const next = definition[at + begun.length];
    if (name === undefined && next !== '[') return definition.slice(at).trimStart();
    at += begun.length;
    if (next === '[' || next === '(') at = behindBrackets(definition, at);
  }
}

const ANNOTATION = /\s*(?:(@(?!interface\b)[\w.]+)\s*|#(?=\[))?/y;
const BRACKET_OR_TEXT = /[([{]|[)\]}]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g;

/** Offset after the bracket that closes the one at `at`. */
function behindBrackets(text: string, at: number): number {
  let depth = 0;
  BRACKET_OR_TEXT.lastIndex = at;
  for (let found = BRACKET_OR_TEXT.exec(text); found !== null; found = BRACKET_OR_TEXT.exec(text)) {
    if ('([{'.includes(found[0])) depth++;
    else if (')]}'.includes(found[0]) && --depth === 0) return BRACKET_OR_TEXT.lastIndex;
  }
  return text.length;
}

/** Its name may be followed by a type that looks like a call: `type Middlewares []func(http.Handler)`. */
const TYPE =
  /^(?:(?:export|default|declare|public|private|protected|internal|pub(?:\([^)]*\))?|abstract|final|sealed|open|data|static|partial)\s+)*(?:class|interface|type|trait)\s+([A-Za-z_$][\w$]*)/;

function nameOf(line: string): string | undefined {
  // A Go method has its receiver before its name.
  const called = line.replace(/^func\s*\([^)]*\)\s*/, 'func ');
  const beforeBrackets = /([A-Za-z_$][\w$]*)\s*(?:<[^(]*>|\[[^(]*\])?\s*[(]/;
  return TYPE.exec(line)?.[1] ?? beforeBrackets.exec(called)?.[1] ?? lastName(called);
}

/** `export interface Foo extends Bar` defines Foo: the name after the keyword that introduces it. */
function lastName(line: string): string | undefined {
  return (
    /\b(?:class|interface|type|enum|struct|trait|record|module|const|let|var)\s+([A-Za-z_$][\w$]*)/.exec(line)?.[1] ??
    /[A-Za-z_$][\w$]*/.exec(line)?.[0]
  );
}

/** Names under which a path is imported: its file's, or its folder's if the file stands for that. */
function stemsOf(path: string): string[] {
  const segments = pathSegments(path);
  const stem = segments.at(-1) as string;
  const folder = segments.at(-2);
  const standsForFolder =
    folder !== undefined && (/^(index|__init__|mod|main|lib)$/.test(stem) || path.endsWith('.go'));
  return standsForFolder ? [stem, folder] : [stem];
}

function pathSegments(path: string): string[] {
  const segments = path.split('/');
  segments[segments.length - 1] = (segments.at(-1) as string).replace(/(?<=.)\.[^.]*$/, '');
  return segments;
}

/** How many of a module's segments, counted from the last, the path ends in. */
function matchedSegments(path: string, wanted: readonly string[]): number {
  const segments = pathSegments(path);
  const direct = suffixMatch(segments, wanted);
  return direct > 0 ? direct : suffixMatch(segments.slice(0, -1), wanted);
}

function suffixMatch(segments: readonly string[], wanted: readonly string[]): number {
  let matched = 0;
  while (matched < wanted.length && segments.at(-1 - matched) === wanted.at(-1 - matched)) matched++;
  return matched;
}

function sharedFolders(a: string, b: string): number {
  const x = a.split('/').slice(0, -1);
  const y = b.split('/').slice(0, -1);
  let shared = 0;
  while (shared < x.length && x[shared] === y[shared]) shared++;
  return shared;
}
