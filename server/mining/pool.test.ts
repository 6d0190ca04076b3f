import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { scriptPath } from '../storage/paths.ts';
import type { FileJob } from './fileMiner.ts';
import { mineFiles } from './pool.ts';
import { moduleText, ScratchRepository } from './testing.ts';

// Every test starts processes, on a possibly busy build machine.
vi.setConfig({ testTimeout: 120_000 });

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const script = here('testingParser.ts');

function jobsOf(paths: readonly string[], root = ''): { job: FileJob; bytes: number }[] {
  return paths.map((path) => {
    const job = { path, fullPath: join(root, path), language: 'typescript', seed: 1, density: 1, definitions: true };
    // Each a batch of its own, or nearly so.
    return { job: job as FileJob, bytes: 70_000 };
  });
}

const named = (count: number, name = 'm'): string[] => Array.from({ length: count }, (_, i) => `${name}${i}.ts`);

/** Living parsers started by `pid`. */
function parsersOf(pid: number | undefined): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, state, ...args]) => Number(parent) === pid && !state?.startsWith('Z') && args.some(isParser))
    .map(([child]) => Number(child));
}

const isParser = (arg: string): boolean => arg === script || arg === scriptPath('parser');

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('parser processes give the same results as this process', async () => {
  using scratch = new ScratchRepository({ git: false });
  for (let i = 0; i < 6; i++) scratch.write(`m${i}.ts`, moduleText(`part${'abcdef'[i]}`, 20));
  const jobs = jobsOf(named(7), scratch.root);
  const byPath = (files: readonly { path: string }[]) => [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const apart = byPath(await mineFiles(jobs, { processes: 2 }));
  expect(apart).toEqual(byPath(await mineFiles(jobs, { processes: 0 })));
  expect(apart.at(-1)).toMatchObject({ path: 'm6.ts', reason: 'cannot be read' });
});

it.each([
  ['crashes', 'crash', /^failed: the parser process ended with SIGSEGV/],
  ['runs out of memory', 'hog', /^failed: the parser process ended with .*heap out of memory/],
])('only the file on which a parser %s is left out, with the reason', async (_, name, reason) => {
  const paths = [...named(5), `${name}.ts`, ...named(5, 'n')];
  const files = await mineFiles(jobsOf(paths), { processes: 2, script });
  expect(files.map(({ path }) => path).sort()).toEqual([...paths].sort());
  for (const file of files) expect(file.reason).toMatch(file.path.startsWith(`${name}.`) ? reason : /^read$/);
});

it('a parser that cannot start fails the run with a message instead of every file', async () => {
  const mining = mineFiles(jobsOf(named(20)), { processes: 2, script: here('no-such-parser.ts') });
  await expect(mining).rejects.toThrow(/parser process did not start: .*no-such-parser/);
});

it('cancelling at any time rejects with the reason and leaves no parser processes', async () => {
  const already = AbortSignal.abort();
  await expect(mineFiles(jobsOf(named(4)), { processes: 2, script, signal: already })).rejects.toBe(already.reason);
  for (const afterFiles of [0, 1, 3]) {
    const controller = new AbortController();
    let seen = 0;
    const onFile = (): void => {
      if (++seen === afterFiles) controller.abort();
    };
    if (afterFiles === 0) setTimeout(() => controller.abort(), 400);
    // The last one never ends unless killed.
    const jobs = jobsOf([...named(6), 'hang.ts']);
    const refusal = await mineFiles(jobs, { processes: 2, script, signal: controller.signal, onFile }).catch(
      (error) => error,
    );
    expect(refusal).toBe(controller.signal.reason);
    expect(parsersOf(process.pid)).toEqual([]);
  }
});

it('parsers end when the process that started them is killed', async () => {
  using scratch = new ScratchRepository({ git: false });
  scratch.write('m0.ts', moduleText('part', 400));
  const jobs = Array.from({ length: 4000 }, () => jobsOf(['m0.ts'], scratch.root)[0]);
  scratch.write(
    'mine.mjs',
    `import { mineFiles } from ${JSON.stringify(here('pool.ts'))};
    await mineFiles(${JSON.stringify(jobs)}, { processes: 2, onFile: () => console.log('mined') });`,
  );
  const parent = spawn(process.execPath, [join(scratch.root, 'mine.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(parent.stdout, 'data');
  const parsers = parsersOf(parent.pid);
  expect(parsers).toHaveLength(2);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(parsers.filter(lives)).toEqual([]), { timeout: 20_000, interval: 100 });
});
