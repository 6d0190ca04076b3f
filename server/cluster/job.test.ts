import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readLogLine } from './jobEvents.ts';
import { scriptsFolder } from './pack.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-job-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where there is no Python, the job cannot be tried. */
const python = ['python3', 'python'].find(
  (name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0,
);

/** Imports job.py without Ray, which telling needs none of. */
const PRELUDE = `
import os, sys, threading
from unittest.mock import MagicMock
for name in ("ray", "ray.exceptions", "ray.util", "ray.util.scheduling_strategies", "yaml"):
    sys.modules[name] = MagicMock()
sys.path.insert(0, sys.argv[1])
import job
`;

/** Both streams go to one file, as Ray keeps them. */
function logOf(script: string): string {
  const path = join(folder, 'job.log');
  const log = openSync(path, 'a');
  const args = ['-B', '-c', PRELUDE + script, scriptsFolder()];
  const { status } = spawnSync(python!, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  if (status !== 0) throw new Error(text.slice(-2000));
  return text;
}

const eventsIn = (log: string): number => log.split('\n').filter((line) => readLogLine(line).kind === 'event').length;

test.skipIf(python === undefined)('what a job tells is read although a library has begun a line', () => {
  const log = logOf(`
os.write(2, b"Loading weights: 40 %")
job.tell("trained", repository=1, steps=7, seconds=1.5)
os.write(2, b" 41 %")
job.tell("failed", repository=2, code="failed", message="")
`);
  expect(eventsIn(log)).toBe(2);
});

test.skipIf(python === undefined)('parts of an adapter stay whole while a library writes from another thread', () => {
  const log = logOf(`
over = []
def write():
    while not over: os.write(2, b"WARNING\\n")
library = threading.Thread(target=write)
library.start()
for part in range(300): job.tell("part", repository=1, name="adapter_config.json", part=part, parts=300, data="A" * 16000)
over.append(True)
library.join()
`);
  expect(eventsIn(log)).toBe(300);
});

test.skipIf(python === undefined)(
  'a loss or a gradient that is no number ends the training, and is never told as a step',
  () => {
    const log = logOf(`
libraries = ("torch", "datasets", "peft", "torch.optim.lr_scheduler", "transformers", "trl")
for name in libraries: sys.modules[name] = MagicMock()
sys.modules["transformers"].TrainerCallback = sys.modules["trl"].SFTTrainer = object
import train
def step(loss, norm):
    state = MagicMock(global_step=7)
    say = lambda step, loss, rate, norm: job.tell("step", repository=1, step=step, steps=9, loss=loss, learning_rate=rate,
                                                  gradient_norm=norm, seconds=1.0, made=7)
    train.Reporter(say, None).on_log(None, state, None, {"loss": loss, "learning_rate": 1e-4, "grad_norm": norm})
step(2.5, 1.0)
for loss, norm in ((float("nan"), 1.0), (2.5, float("inf"))):
    try:
        step(loss, norm)
        raise SystemExit("went on")
    except train.Diverged as error:
        job.fail(1, "diverged", str(error))
`);
    expect(eventsIn(log)).toBe(3);
    expect(log).toContain('at step 7 the loss is nan');
  },
);
