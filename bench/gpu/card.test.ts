/** What card.py does between two calls: it stops what a call had begun, and reuses no figure that was taken otherwise. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';

const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repotune-card-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a script that has imported card.py and its folder as `folder`; what it prints as JSON. */
function scripted(...lines: readonly string[]): unknown {
  const before = [
    'import sys, json, pathlib',
    `sys.path.insert(0, ${JSON.stringify(import.meta.dirname)})`,
    'import card',
  ];
  const { stdout, stderr } = spawnSync(
    'python3',
    ['-c', [...before, `folder = pathlib.Path(${JSON.stringify(folder)})`, ...lines].join('\n')],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
}

test.runIf(python)(
  'a build that runs out of time is stopped with all that it started',
  { timeout: 120_000 },
  async () => {
    const mark = join(folder, 'mark');
    const told = scripted(
      'try:',
      `    card.run(['sh', '-c', 'sh -c "sleep 9; echo > ${mark}" & wait'], card.Clock(0.1))`,
      'except card.OutOfTime:',
      '    print(json.dumps("out of time"))',
    );
    expect(told).toBe('out of time');
    await sleep(5000);
    expect(existsSync(mark)).toBe(false);
  },
);

test.runIf(python)(
  'what was measured on another card, or with other settings, is not taken for an answer',
  { timeout: 120_000 },
  () => {
    const asked = (device: string, tokens: number) =>
      `(card.Results(folder / 'results.json').begin(card.machine(argparse.Namespace(device='${device}', tokens=${tokens}, ` +
      "segment=32, steps=1, curve_steps=3, gradient_tokens=32, brief=True, shapes=['tiny']))))";
    const told = scripted(
      'import argparse',
      'said = []',
      ...[asked('cpu', 64), asked('cpu', 64), asked('libggml-vulkan.so', 64), asked('cpu', 128)].flatMap((call) => [
        'try:',
        `    ${call}`,
        '    said.append("goes on")',
        'except SystemExit as error:',
        '    said.append(str(error))',
      ]),
      'print(json.dumps(said))',
    );
    expect(told).toEqual([
      'goes on',
      'goes on',
      expect.stringMatching(/measured otherwise \(card was cpu\): move it away, or ask for the same again\.$/),
      expect.stringContaining('(tokens was 64)'),
    ]);
  },
);

test.runIf(python)('a build that could not be set up is set up again', { timeout: 120_000 }, () => {
  const told = scripted(
    'found = []',
    'for name in ("CMakeCache.txt", "build.ninja"):',
    '    (folder / name).write_text("")',
    '    found.append(card.configured(folder))',
    'print(json.dumps(found))',
  );
  expect(told).toEqual([false, true]);
});

test.runIf(python)('the packed sources are enough to build a plug-in', { timeout: 120_000 }, () => {
  const told = scripted(
    'import subprocess',
    "card.unbundle(folder / 'sources')",
    "ended = subprocess.run(card.set_up(folder / 'sources', folder / 'build'), capture_output=True, text=True)",
    "print(json.dumps([ended.returncode, ended.stderr[-600:], card.configured(folder / 'build')]))",
  );
  expect(told).toEqual([0, expect.any(String), true]);
});
