/** Finds a text's imports line by line: it must work on a file that does not parse, at every keystroke. */

/**
 * Group 1 is the module. Each takes time in proportion to the text: only blanks may precede it on its line (`\s` would run over all lines
 * below, again from each), a module ends with its line, and no two neighbouring parts can share the same blanks.
 */
const patterns: Readonly<Record<string, readonly RegExp[]>> = {
  script: [/\bfrom\s*['"]([^'"\n]+)['"]/g, /\b(?:require|import)\s*(?:\(\s*)?['"]([^'"\n]+)['"]/g],
  python: [/^[ \t]*from\s+([\w.]+)\s+import/gm, /^[ \t]*import\s+([\w.]+)/gm],
  go: [/^[ \t]*(?:import\s+)?(?:[\w.]+\s+)?"([\w./-]+)"[ \t]*$/gm],
  rust: [/^[ \t]*(?:pub(?:\([^)\n]*\))?\s+)?use\s+([\w:]+)/gm, /^[ \t]*(?:pub(?:\([^)\n]*\))?\s+)?mod\s+(\w+);/gm],
  java: [/^[ \t]*import\s+(?:static\s+)?([\w.]+)/gm],
  c: [/^[ \t]*#\s*include\s*["<]([^">\n]+)[">]/gm],
  csharp: [/^[ \t]*using\s+(?:static\s+)?([\w.]+)\s*;/gm],
  ruby: [/^[ \t]*require(?:_relative)?\s*(?:\(\s*)?['"]([^'"\n]+)['"]/gm],
  php: [/^[ \t]*use\s+(?:function\s+)?([\w\\]+)/gm, /\b(?:require|include)(?:_once)?[^'"\n]{0,200}['"]([^'"\n]+)['"]/g],
};

const familyOf: Readonly<Record<string, string>> = {
  typescript: 'script',
  tsx: 'script',
  javascript: 'script',
  vue: 'script',
  svelte: 'script',
  cpp: 'c',
  cuda: 'c',
  objc: 'c',
  kotlin: 'java',
  scala: 'java',
  groovy: 'java',
};

/**
 * Imported modules as path segments, in source order: `./util/text.js` is [util, text], `a.b.C` is [a, b, C]. Relative parts are dropped:
 * modules are looked up by the ends of paths.
 */
export function importsOf(text: string, language: string): string[][] {
  const modules = new Map<string, string[]>();
  for (const pattern of patterns[familyOf[language] ?? language] ?? []) {
    for (const match of text.matchAll(pattern)) {
      const module = match[1] as string;
      const segments = segmentsOf(module, language);
      if (segments.length > 0) modules.set(module, segments);
    }
  }
  return [...modules.values()];
}

function segmentsOf(module: string, language: string): string[] {
  const dotted = language === 'python' || language === 'csharp' || familyOf[language] === 'java' || language === 'java';
  const separator = dotted ? /\./ : /\/|::|\\/;
  const segments = module
    .split(separator)
    .filter((segment) => !['', '.', '..', 'crate', 'self', 'super', '@', '~', 'src'].includes(segment));
  const last = segments.at(-1);
  if (last !== undefined && !dotted) segments[segments.length - 1] = last.replace(/\.[A-Za-z]{1,4}$/, '');
  return segments;
}
