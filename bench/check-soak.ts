// npm run check:soak: `--help` says what it does.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from '../server/common/bars.ts';
import { TestClient, uriOf } from '../server/lsp/testing.ts';
import { commandLine, positiveNumber, wholeNumber } from './commandLine.ts';
import { soakBars } from './soak/bars.ts';
import { collect, collecting } from './soak/collecting.ts';
import { soakDocuments } from './soak/documents.ts';
import { soak } from './soak/editing.ts';
import { residentBytes, swingPercent } from './soak/memory.ts';

const USAGE = `usage: npm run check:soak -- [--minutes N] [--seed N] [--json]

Random editing over the LSP: memory, unanswered requests, edits in the wrong place, how the server ends.

options:
  --minutes N   (20)
  --seed N      (1)
  --json        end with one line of JSON`;

const { values } = commandLine(USAGE, {
  minutes: { type: 'string', default: '20' },
  seed: { type: 'string', default: '1' },
});
const SAMPLE_MS = 2000;
/** Every so many samples the server collects its garbage before one: those show what is left. */
const COLLECTED_EVERY = 10;
const minutes = positiveNumber('--minutes', values.minutes);
const seed = wholeNumber('--seed', values.seed, 0);
const totalMs = 60_000 * minutes;
/** Time for caches to fill, code to be compiled and the allocator to settle. */
const warmUpMs = Math.min(180_000, totalMs / 4);

const folder = await mkdtemp(join(tmpdir(), 'repotune-soak-'));
const client = await TestClient.start({ folders: [folder], env: collecting() });
const samples: number[] = [];
const alive: number[] = [];
const startedMs = performance.now();
let sampling = true;
let ticks = 0;
const sampler = setInterval(async () => {
  if (performance.now() - startedMs <= warmUpMs) return;
  const pid = client.process.pid!;
  const collects = ticks++ % COLLECTED_EVERY === 0;
  if (collects) await collect(pid);
  const bytes = await residentBytes(pid);
  // A sample begun before the end may measure a process stopped meanwhile.
  if (sampling) (collects ? alive : samples).push(bytes);
}, SAMPLE_MS);
const result = await soak(client, await soakDocuments((name) => uriOf(join(folder, name))), totalMs, seed);
clearInterval(sampler);
sampling = false;
const exitCode = await client.stop();
report(soakBars(result, alive, exitCode), values.json, {
  ...result,
  minutes,
  swingPercent: swingPercent(samples),
  rssMb: Math.round((samples.at(-1) ?? 0) / 2 ** 20),
  exitCode,
  notices: client.notices.map(({ message }) => message),
});
