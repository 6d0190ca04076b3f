import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Preparing } from './preparing.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-preparing-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A stand-in command line that does `what`, given its arguments as `args` and each line of input as `line`. */
async function commandLine(what: string): Promise<Preparing> {
  const script = join(folder, 'cli.mjs');
  await writeFile(
    script,
    `import { createInterface } from 'node:readline';
     const args = process.argv.slice(2);
     const lines = createInterface({ input: process.stdin });
     const fail = (text) => { console.error('repotune: ' + text); process.exit(1); };
     ${what}`,
  );
  return new Preparing(script);
}

const never = (): AbortSignal => new AbortController().signal;

test('the base is prepared on the given device', async () => {
  const preparing = await commandLine('fail(args.join(" "));');
  await expect(preparing.prepare('/base.gguf', 'cpu', () => {}, never())).rejects.toThrow(
    'models prepare /base.gguf --device cpu --watched',
  );
  expect(preparing.isComputing()).toBe(false);
});

test('preparation that begins during a pause is held from its start, and told to resume', async () => {
  const preparing = await commandLine(
    'const heard = []; lines.on("line", (line) => { heard.push(JSON.parse(line).held); if (heard.length === 2) fail(heard.join()); });',
  );
  preparing.pause();
  const ended = preparing.prepare('/base.gguf', 'auto', () => {}, never());
  expect(preparing.isComputing()).toBe(true);
  await expect(preparing.prepare('/base.gguf', 'auto', () => {}, never())).rejects.toThrow('already');
  preparing.resume();
  await expect(ended).rejects.toThrow('true,false');
});

test('a cancel, also before the start, reaches the process and is no failure', async () => {
  const preparing = await commandLine(
    'lines.on("line", (line) => process.exit(JSON.parse(line).kind === "stop" ? 130 : 1));',
  );
  expect(await preparing.prepare('/base.gguf', 'auto', () => {}, AbortSignal.abort())).toBe(false);
  const cancel = new AbortController();
  const ended = preparing.prepare('/base.gguf', 'auto', () => {}, cancel.signal);
  cancel.abort();
  expect(await ended).toBe(false);
});

test('a process that dies silently is a failure with its exit code', async () => {
  const preparing = await commandLine('process.exit(7);');
  await expect(preparing.prepare('/base.gguf', 'auto', () => {}, never())).rejects.toThrow('exit code 7');
});

test('a process that cannot be started is a failure that says what is missing, and the next one may be', async () => {
  const preparing = await commandLine('process.exit(0);');
  const node = process.execPath;
  process.execPath = join(folder, 'node');
  try {
    await expect(preparing.prepare('/base.gguf', 'auto', () => {}, never())).rejects.toThrow(/is missing\. Install it/);
  } finally {
    process.execPath = node;
  }
  expect(await preparing.prepare('/base.gguf', 'auto', () => {}, never())).toBe(true);
});
