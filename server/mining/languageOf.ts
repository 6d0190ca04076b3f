import { basename, extname } from 'node:path';
import { type LanguageName, languages } from './languages/index.ts';

/** Source text without a grammar of ours: indentation and lines say where its pieces end. */
export const fallbackLanguages = {
  shell: ['.sh', '.bash', '.zsh', '.fish'],
  powershell: ['.ps1', '.psm1'],
  kotlin: ['.kt', '.kts'],
  swift: ['.swift'],
  scala: ['.scala', '.sc'],
  dart: ['.dart'],
  lua: ['.lua'],
  perl: ['.pl', '.pm'],
  r: ['.r'],
  julia: ['.jl'],
  elixir: ['.ex', '.exs'],
  erlang: ['.erl', '.hrl'],
  haskell: ['.hs'],
  ocaml: ['.ml', '.mli'],
  fsharp: ['.fs', '.fsx'],
  clojure: ['.clj', '.cljs', '.cljc'],
  zig: ['.zig'],
  nim: ['.nim'],
  groovy: ['.groovy', '.gradle'],
  objc: ['.m', '.mm'],
  cuda: ['.cu', '.cuh'],
  glsl: ['.glsl', '.comp', '.vert', '.frag', '.wgsl', '.hlsl', '.metal'],
  sql: ['.sql'],
  terraform: ['.tf', '.hcl'],
  protobuf: ['.proto'],
  graphql: ['.graphql', '.gql'],
  cmake: ['.cmake'],
  vue: ['.vue'],
  svelte: ['.svelte'],
  css: ['.css', '.scss', '.less'],
  solidity: ['.sol'],
} as const satisfies Record<string, readonly string[]>;

export type FallbackName = keyof typeof fallbackLanguages;

const fallbackFiles: Readonly<Record<string, FallbackName>> = { 'CMakeLists.txt': 'cmake', Jenkinsfile: 'groovy' };

const byExtension = new Map<string, LanguageName | FallbackName>([
  ...(Object.keys(fallbackLanguages) as FallbackName[]).flatMap((name) =>
    fallbackLanguages[name].map((extension) => [extension, name] as const),
  ),
  ...(Object.keys(languages) as LanguageName[]).flatMap((name) =>
    languages[name].extensions.map((extension) => [extension, name] as const),
  ),
]);

/** The language of a file by its name; null when it is no source file we know of. */
export function languageOf(path: string): LanguageName | FallbackName | null {
  const name = basename(path);
  return fallbackFiles[name] ?? byExtension.get(extname(name).toLowerCase()) ?? null;
}

export function hasGrammar(language: LanguageName | FallbackName): language is LanguageName {
  return Object.hasOwn(languages, language);
}
