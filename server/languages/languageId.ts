/** LSP language ids by file extension, as in VS Code, for callers without an editor. */
const LANGUAGE_IDS: Readonly<Record<string, string>> = {
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'typescriptreact',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascriptreact',
  py: 'python',
  pyi: 'python',
  go: 'go',
  rs: 'rust',
  java: 'java',
  rb: 'ruby',
  rake: 'ruby',
  gemspec: 'ruby',
  ru: 'ruby',
  podspec: 'ruby',
  jbuilder: 'ruby',
  php: 'php',
  phtml: 'php',
  cs: 'csharp',
  csx: 'csharp',
  c: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  cxx: 'cpp',
  hh: 'cpp',
  hpp: 'cpp',
  hxx: 'cpp',
  ipp: 'cpp',
  inl: 'cpp',
  tpp: 'cpp',
  txx: 'cpp',
  ixx: 'cpp',
  cppm: 'cpp',
  ino: 'cpp',
  // As in VS Code: C++ parses nearly all of C.
  h: 'cpp',
  // Without a grammar here. Completion knows some of them, and routes name them.
  sh: 'shellscript',
  bash: 'shellscript',
  zsh: 'shellscript',
  fish: 'fish',
  ps1: 'powershell',
  psm1: 'powershell',
  kt: 'kotlin',
  kts: 'kotlin',
  swift: 'swift',
  scala: 'scala',
  sc: 'scala',
  dart: 'dart',
  lua: 'lua',
  pl: 'perl',
  pm: 'perl',
  r: 'r',
  jl: 'julia',
  ex: 'elixir',
  exs: 'elixir',
  erl: 'erlang',
  hrl: 'erlang',
  hs: 'haskell',
  ml: 'ocaml',
  mli: 'ocaml.interface',
  fs: 'fsharp',
  fsx: 'fsharp',
  clj: 'clojure',
  cljs: 'clojure',
  cljc: 'clojure',
  zig: 'zig',
  nim: 'nim',
  groovy: 'groovy',
  gradle: 'groovy',
  m: 'objective-c',
  mm: 'objective-cpp',
  cu: 'cuda-cpp',
  cuh: 'cuda-cpp',
  sql: 'sql',
  graphql: 'graphql',
  gql: 'graphql',
  cmake: 'cmake',
  vue: 'vue',
  svelte: 'svelte',
  css: 'css',
  scss: 'scss',
  less: 'less',
  sol: 'solidity',
};

const EXTENSIONS: ReadonlyMap<string, string> = new Map(
  Object.entries(LANGUAGE_IDS)
    .toReversed()
    .map(([extension, id]) => [id, extension]),
);

/** The usual extension of files with this language id, without its dot; undefined for unknown ids. */
export function extensionOf(languageId: string): string | undefined {
  return EXTENSIONS.get(languageId);
}

/** Files that have a name of their own instead of an extension. */
const RUBY_FILES = /(?:^|[/\\])(?:Rakefile|Gemfile|Guardfile|Capfile|Podfile|Fastfile|Vagrantfile)$/;

export function isRubyFile(path: string): boolean {
  return RUBY_FILES.test(path);
}

/** `plaintext` for unknown extensions, as in editors. */
export function languageIdOf(path: string): string {
  if (isRubyFile(path)) return 'ruby';
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return (Object.hasOwn(LANGUAGE_IDS, ending) ? LANGUAGE_IDS[ending] : undefined) ?? 'plaintext';
}
