import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { scriptsFolder } from '../../server/cluster/pack.ts';
import { rowOf } from '../../server/cluster/rows.ts';
import { toolVersion } from '../../server/common/version.ts';
import { account } from './accounting.ts';

const file = 'function one() {\n  return 1;\n}\n\nfunction two() {\n  return one() + one();\n}\n';
const config =
  '# Written by Repotune; see docs/cluster.md.\nbase: "b"\ndevice: "cpu"\nspecial_tokens: [1, 2]\nrepositories:\n  - number: 1\n    rows: "1/train.jsonl"\n    epsilon: 1.0e-8\n';
const row = (text: string): string => `${JSON.stringify(rowOf(Int32Array.of(3, 4, 5), 1, text))}\n`;
const honest = {
  '1/train.jsonl': row(`${file.slice(40)}${file.slice(0, 40)}`),
  'config.yaml': config,
  'job.py': readFileSync(join(scriptsFolder(), 'job.py'), 'utf8'),
};
const submission = {
  entrypoint: 'python job.py',
  submission_id: 'repotune-mwyj3abi-8fecb0',
  runtime_env: { working_dir: `gcs://_ray_pkg_${'a'.repeat(32)}.zip` },
  metadata: { repotune: toolVersion },
};

async function outsideOf(files: Readonly<Record<string, string>>, job: object = submission, path = '/api/jobs/') {
  const zip = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
  const sent = [
    { method: 'PUT', path: `/api/packages/gcs/_ray_pkg_${'a'.repeat(32)}.zip`, body: Buffer.from(zip) },
    { method: 'POST', path, body: Buffer.from(JSON.stringify(job)) },
  ];
  return (await account(sent, [[file]], ['zqmark'], 'b')).outside;
}

test('counts no byte of an honest submission as outside the training pairs', async () => {
  expect(await outsideOf(honest)).toBe(0);
});

test.each([
  ['an additional file', { ...honest, 'notes.txt': 'x' }],
  ['a changed script', { ...honest, 'job.py': `${honest['job.py']}\n` }],
  ['another line in the configuration', { ...honest, 'config.yaml': `${config}author: "Ada"\n` }],
  ['text that is in no training file', { ...honest, '1/train.jsonl': row('const held = 7;\n'.repeat(9)) }],
  ['another field in a row', { ...honest, '1/train.jsonl': honest['1/train.jsonl'].replace('{', '{"path":"a.ts",') }],
  ['a forbidden mark', { ...honest, 'config.yaml': config.replace('"b"', '"b"\n# zqmark') }],
])('counts bytes outside the training pairs for %s', async (_, files) => {
  expect(await outsideOf(files)).toBeGreaterThan(0);
});

test.each([
  ['another field in the job', { ...submission, user: 'ada' }, '/api/jobs/'],
  ['a query in the request path', submission, '/api/jobs/?user=ada'],
])('counts bytes outside the training pairs for %s', async (_, job, path) => {
  expect(await outsideOf(honest, job, path)).toBeGreaterThan(0);
});
