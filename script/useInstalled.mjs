// Uses an unpacked package as on a user's machine: with nothing from this checkout but code to work on.
// usage: node script/useInstalled.mjs <folder with the package's package.json>
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** By grammar. */
const samples = {
  'tree-sitter-c': ['area.c', 'int area(int width, int height) {\n  int size = width * height;\n  return size;\n}\n'],
  'tree-sitter-c-sharp': [
    'Area.cs',
    'class Area {\n  int Of(int width, int height) {\n    int size = width * height;\n    return size;\n  }\n}\n',
  ],
  'tree-sitter-cpp': [
    'area.cc',
    'auto area(int width, int height) {\n  auto size = width * height;\n  return size;\n}\n',
  ],
  'tree-sitter-go': [
    'area.go',
    'package area\n\nfunc Of(width, height int) int {\n\tsize := width * height\n\treturn size\n}\n',
  ],
  'tree-sitter-java': [
    'Area.java',
    'class Area {\n  int of(int width, int height) {\n    int size = width * height;\n    return size;\n  }\n}\n',
  ],
  'tree-sitter-javascript': [
    'area.js',
    'function area(width, height) {\n  const size = width * height;\n  return size;\n}\n',
  ],
  'tree-sitter-kotlin': [
    'Area.kt',
    'fun area(width: Int, height: Int): Int {\n  val size = width * height\n  return size\n}\n',
  ],
  'tree-sitter-php': [
    'area.php',
    '<?php\nfunction area($width, $height) {\n  $size = $width * $height;\n  return $size;\n}\n',
  ],
  'tree-sitter-python': ['area.py', 'def area(width, height):\n    size = width * height\n    return size\n'],
  'tree-sitter-ruby': ['area.rb', 'def area(width, height)\n  size = width * height\n  return size\nend\n'],
  'tree-sitter-rust': [
    'area.rs',
    'fn area(width: i32, height: i32) -> i32 {\n    let size = width * height;\n    size\n}\n',
  ],
  'tree-sitter-typescript': [
    'area.ts',
    'function area(width: number, height: number): number {\n  const size = width * height;\n  return size;\n}\n',
  ],
};

/** Unfinished statements, with the cursor at their end. */
const begun = {
  'subtract.ts':
    'export function add(left: number, right: number): number {\n  return left + right;\n}\n\nexport function subtract(left: number, right: number): number {\n  return ',
  'perimeter.py': 'def area(width, height):\n    return width * height\n\n\ndef perimeter(width, height):\n    return ',
};

/**
 * Checks that the command line loads the addon and passes its own doctor, mines real code and a file for every grammar, and suggests
 * something with the bundled base, and that Windows can be asked about its battery. Returns what does not work, a sentence each.
 */
export function useInstalled(folder) {
  const scratch = mkdtempSync(join(tmpdir(), 'repotune-use-'));
  const code = join(scratch, 'code');
  const dist = join(resolve(folder), 'dist');
  const problems = [];
  /** What the command prints; null if it fails. */
  const cli = (...args) => {
    const { status, stdout, stderr, error } = spawnSync(process.execPath, [join(dist, 'cli.mjs'), ...args], {
      cwd: code,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: scratch, USERPROFILE: scratch },
    });
    if (status === 0) return stdout;
    problems.push(`"${args[0]}" fails when installed: ${error ?? `${stdout}${stderr}`}`);
    return null;
  };
  try {
    cpSync(fileURLToPath(new URL('../server/mining', import.meta.url)), code, { recursive: true });
    for (const [name, text] of [...Object.values(samples), ...Object.entries(begun)])
      writeFileSync(join(code, name), text);
    cli('doctor');
    const mined = cli('mine', code, '--files');
    for (const grammar of readdirSync(join(dist, 'node_modules')).filter((name) => name.startsWith('tree-sitter-'))) {
      const [name] = samples[grammar] ?? [];
      if (!name) problems.push(`script/useInstalled.mjs has no sample for ${grammar}`);
      else if (mined && !mined.split('\n').includes(`taken    ${name}`))
        problems.push(`${grammar} does not parse ${name} when installed`);
    }
    const places = Object.entries(begun).map(([name, text]) => {
      const lines = text.split('\n');
      return `${join(code, name)}:${lines.length}:${lines.at(-1).length + 1}`;
    });
    if (process.platform === 'win32') problems.push(...unlessPowerIsTold(join(dist, 'native', 'power.node')));
    if (cli('complete', ...places, '--base', '--invoked')?.trim() === '')
      problems.push('nothing is suggested when installed');
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
  return problems;
}

/** `server/system/windowsPower.ts` does without it, and would never notice a battery. */
function unlessPowerIsTold(library) {
  try {
    if (typeof createRequire(import.meta.url)(library).onBattery() === 'boolean') return [];
    return [`${library} does not say whether the machine is on battery`];
  } catch (error) {
    return [`${library} cannot be loaded: ${error.message}`];
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = useInstalled(process.argv[2] ?? '.');
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) console.log('The installed command line examines itself, mines and completes.');
  else process.exitCode = 1;
}
