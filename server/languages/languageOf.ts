import { basename, extname } from 'node:path';
import { cComments, type LanguageEntry } from './grammars/entry.ts';
import { type LanguageName, languages } from './grammars/index.ts';
import { extensionOf, isRubyFile } from './languageId.ts';

type Comments = LanguageEntry['comments'];
type Fallback = Pick<LanguageEntry, 'extensions' | 'comments'>;

const of = <const Extensions extends readonly string[]>(comments: Comments, ...extensions: Extensions) => ({
  extensions,
  comments,
});
const hash = { line: '#' } as const;

/** Languages without a grammar here: indentation and lines delimit their pieces. */
const fallbackLanguages = {
  shell: of(hash, '.sh', '.bash', '.zsh', '.fish'),
  powershell: of({ line: '#', block: ['<#', '#>'] }, '.ps1', '.psm1'),
  swift: of(cComments, '.swift'),
  scala: of(cComments, '.scala', '.sc'),
  dart: of(cComments, '.dart'),
  lua: of({ line: '--', block: ['--[[', ']]'] }, '.lua'),
  perl: of(hash, '.pl', '.pm'),
  r: of(hash, '.r'),
  julia: of({ line: '#', block: ['#=', '=#'] }, '.jl'),
  elixir: of(hash, '.ex', '.exs'),
  erlang: of({ line: '%' }, '.erl', '.hrl'),
  haskell: of({ line: '--', block: ['{-', '-}'] }, '.hs'),
  ocaml: of({ block: ['(*', '*)'] }, '.ml', '.mli'),
  fsharp: of({ line: '//', block: ['(*', '*)'] }, '.fs', '.fsx'),
  clojure: of({ line: ';' }, '.clj', '.cljs', '.cljc'),
  zig: of(cComments, '.zig'),
  nim: of(hash, '.nim'),
  groovy: of(cComments, '.groovy', '.gradle'),
  objc: of(cComments, '.m', '.mm'),
  cuda: of(cComments, '.cu', '.cuh'),
  glsl: of(cComments, '.glsl', '.comp', '.vert', '.frag', '.wgsl', '.hlsl', '.metal'),
  sql: of({ line: '--', block: ['/*', '*/'] }, '.sql'),
  terraform: of(hash, '.tf', '.hcl'),
  protobuf: of(cComments, '.proto'),
  graphql: of(hash, '.graphql', '.gql'),
  cmake: of(hash, '.cmake'),
  vue: of({ line: '//', block: ['<!--', '-->'] }, '.vue'),
  svelte: of({ line: '//', block: ['<!--', '-->'] }, '.svelte'),
  css: of(cComments, '.css', '.scss', '.less'),
  solidity: of(cComments, '.sol'),
} as const satisfies Record<string, Fallback>;

export type FallbackName = keyof typeof fallbackLanguages;

const fallbackFiles: ReadonlyMap<string, FallbackName> = new Map([
  ['CMakeLists.txt', 'cmake'],
  ['Jenkinsfile', 'groovy'],
]);

const byExtension = new Map<string, LanguageName | FallbackName>([
  ...(Object.keys(fallbackLanguages) as FallbackName[]).flatMap((name) =>
    fallbackLanguages[name].extensions.map((extension) => [extension, name] as const),
  ),
  ...(Object.keys(languages) as LanguageName[]).flatMap((name) =>
    languages[name].extensions.map((extension) => [extension, name] as const),
  ),
]);

/**
 * The language of a file by its name; null for unknown kinds of files. `languageId`: what the editor takes it for, in case its name does not
 * tell: a script without an extension, a notebook, a file that is not saved yet.
 */
export function languageOf(path: string, languageId?: string): LanguageName | FallbackName | null {
  const name = basename(path);
  if (isRubyFile(name)) return 'ruby';
  const usual = languageId === undefined ? undefined : extensionOf(languageId);
  return (
    fallbackFiles.get(name) ??
    byExtension.get(extname(name).toLowerCase()) ??
    (usual === undefined ? null : (byExtension.get(`.${usual}`) ?? null))
  );
}

export function hasGrammar(language: LanguageName | FallbackName): language is LanguageName {
  return Object.hasOwn(languages, language);
}

/** Length of what a file of the language only begins with, which nobody has completed. */
export function openingLength(text: string, language: LanguageName | FallbackName): number {
  const entry: LanguageEntry | null = hasGrammar(language) ? languages[language] : null;
  return entry?.opening?.exec(text)?.[0].length ?? 0;
}

/** Comment syntax of a language; that of C if unknown. */
export function commentsOf(language: string): Comments {
  if (Object.hasOwn(languages, language)) return languages[language as LanguageName].comments;
  return Object.hasOwn(fallbackLanguages, language) ? fallbackLanguages[language as FallbackName].comments : cComments;
}

/** A line with a comment that names a file. */
export function commentNaming(path: string, language: string): string {
  const { line, block } = commentsOf(language);
  return line === undefined && block !== undefined ? `${block[0]} ${path} ${block[1]}\n` : `${line ?? '//'} ${path}\n`;
}
