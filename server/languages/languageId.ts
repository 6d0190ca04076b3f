/** LSP language ids by file extension, for callers without an editor. */
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
};

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
