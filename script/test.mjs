// `npm test`: sets the checkout up, then every check in turn. Starts on the machine's own Node (20 or newer); the tests run on ours.
// usage: node script/test.mjs [--only types,lint,architecture,unit,e2e]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const scratch = makeScratch();
const env = {
  ...process.env,
  TMPDIR: scratch,
  REPOTUNE_BUNDLES: '1',
  PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
  // Hundreds of processes start from the same sources: caching what Node compiles halves their start.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'node'),
};

/** Each stage returns its counts. */
const stages = {
  types: async () => command('tsc', ['-p', '.']) && command('tsc', ['-p', 'webview']),
  lint: async () => command('biome', ['check', '--diagnostic-level=error', '.']),
  architecture: async () => command('node', ['bench/check-architecture.ts']),
  unit: () => vitest(),
  e2e: () => endToEnd(),
};

const [option, list = '', ...more] = process.argv.slice(2);
const stray = option !== undefined && option !== '--only' ? option : more[0];
if (stray !== undefined) {
  console.error(`npm test: it takes --only ${Object.keys(stages).join(',')}, not "${stray}".`);
  process.exit(2);
}
const only = option === undefined ? Object.keys(stages) : list.split(',');
const unknown = only.find((name) => !Object.hasOwn(stages, name));
if (unknown !== undefined) {
  console.error(`npm test: --only takes ${Object.keys(stages).join(', ')}, not "${unknown}".`);
  process.exit(2);
}
const total = { passed: 0, failed: 0 };

if (!command(process.execPath, ['script/setup.mjs'])) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}
// Minutes of waiting for a registry and for disks, during which the other checks run. Failures are reported by e2e, which tries again.
const editor = only.includes('e2e')
  ? inBackground(
      `import { findChromium, installCodeServer } from './script/codeServer.mjs'; installCodeServer(); findChromium();`,
    )
  : null;
// The bundles are what e2e starts, as they ship. Types are checked meanwhile: each occupies one core.
const bundles = only.includes('e2e')
  ? inBackground(`import { packageExtension } from './script/package.mjs'; console.log(await packageExtension());`)
  : only.includes('unit')
    ? inBackground(`import { build } from './script/build.mjs'; await build();`)
    : null;
for (const name of only) {
  if (name === 'e2e') await editor;
  const started = Date.now();
  console.log(`\n── ${name}`);
  const outcome = await stages[name]().catch(ended);
  const counted = typeof outcome === 'boolean' ? { passed: Number(outcome), failed: Number(!outcome) } : outcome;
  total.passed += counted.passed;
  total.failed += counted.failed;
  console.log(
    `── ${name}: ${counted.passed} passed, ${counted.failed} failed, ${Math.round((Date.now() - started) / 1000)} s`,
  );
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/**
 * For whatever the tests leave, also where they are interrupted. In memory if there is room (they take half a gigabyte at most), since they write
 * and sync many small files: those of git and of the stores take 12 to 23 % less time than on a disk. The name is short because the paths of
 * sockets within may have 108 bytes.
 */
function makeScratch() {
  const folder = mkdtempSync(hasRoom('/dev/shm') ? '/dev/shm/rt-' : join(tmpdir(), 'rt-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  return folder;
}

function hasRoom(folder) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return Math.min(freemem(), bavail * bsize) > 4 * 2 ** 30;
  } catch {
    return false;
  }
}

function ended(error) {
  console.error(error.message);
  return false;
}

function command(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, env, stdio: 'inherit' });
  if (error) console.error(`${program}: ${error.message}`);
  return status === 0;
}

/** A run that dies before reporting counts as a failure, whatever passed before. */
async function vitest() {
  await built();
  const file = join(scratch, 'vitest.json');
  // By its script: on Windows, what npm puts on the PATH is not an executable. The Node on the PATH is ours, if we have one.
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const ok = command('node', [program, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(file, 'utf8'));
  const failed = numFailedTests || numFailedTestSuites;
  return { passed: numPassedTests, failed: ok ? failed : Math.max(1, failed) };
}

/** Returns how one of our programs ended and what it printed: into a file, since most checks block us from reading. */
async function inBackground(program) {
  const file = join(mkdtempSync(join(scratch, 'said-')), 'output');
  const output = openSync(file, 'w');
  const child = spawn('node', ['--input-type=module', '--eval', program], {
    cwd: root,
    env,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const [code] = await once(child, 'close').catch((error) => [error.message]);
  return { ok: code === 0, said: readFileSync(file, 'utf8').trim() };
}

/** The last line printed by the build: the package's path, if there is one. */
async function built() {
  const { ok, said } = await bundles;
  if (!ok) throw new Error(said);
  return said.split('\n').at(-1);
}

async function endToEnd() {
  const { status, stdout } = spawnSync('node', ['test/e2e/run.mjs', '--vsix', await built()], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  process.stdout.write(stdout ?? '');
  const counts = /(\d+) passed, (\d+) failed/.exec(stdout ?? '');
  if (!counts) return { passed: 0, failed: 1 };
  const failed = Number(counts[2]);
  return { passed: Number(counts[1]), failed: status === 0 ? failed : Math.max(1, failed) };
}
