/**
 * Plants secrets of many kinds in files of several languages and looks for them in everything mining writes; then counts what
 * clean repositories lose to false alarms.
 * usage: npm run check:secrets -- [clean folder...] [--json]
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { report } from '../server/bars.ts';
import { decode } from '../server/mining/content.ts';
import { aroundSecrets, secretLines } from '../server/mining/fileMiner.ts';
import { mineRepository } from '../server/mining/index.ts';
import { buildIndex } from '../server/mining/indexing.ts';
import { datasetLines } from '../server/mining/jsonl.ts';
import { moduleText, ScratchRepository } from '../server/mining/testing.ts';
import { findSecrets } from '../server/secrets/scan.ts';
import { hosts, type SecretKind, secretKinds } from './plantedSecrets.ts';
import { ShippedSources, shippedSets } from './shippedSources.ts';

const planted = 60;
const json = process.argv.includes('--json');
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

interface Plant {
  readonly kind: SecretKind;
  readonly secret: string;
  readonly path: string;
}

const leaks = await plantAndMine();
const outside = await kindsOutsideSecretlint();
const { lost, total, alarms } = await cleanLosses();
const droppedPercent = (100 * lost) / total;
if (!json) {
  console.log(
    `${planted} secrets of ${secretKinds.length} kinds planted; secretlint alone misses ${outside.length} kinds`,
  );
  for (const leak of leaks) console.log(`leaked: ${leak}`);
  console.log(`clean repositories: ${lost} of ${total} pairs dropped`);
  for (const alarm of alarms) console.log(`  ${alarm}`);
}
if (outside.length * 2 < secretKinds.length) {
  console.error(
    `Only ${outside.length} of ${secretKinds.length} kinds are outside secretlint's rules: at least half must be.`,
  );
  process.exitCode = 1;
}
report(
  [
    { name: 'secrets-in-dataset-index-or-log', value: leaks.length, op: '<=', bar: 0 },
    { name: 'clean-pairs-dropped-percent', value: droppedPercent, op: '<=', bar: 1 },
  ],
  json,
  { planted, kinds: secretKinds.length, kindsOutsideSecretlint: outside, cleanPairs: total },
);

/** Which secrets show up where. */
async function plantAndMine(): Promise<string[]> {
  using scratch = new ScratchRepository();
  const plants: Plant[] = Array.from({ length: planted }, (_, i) => {
    const kind = secretKinds[i % secretKinds.length] as SecretKind;
    const host = hosts[(i + Math.floor(i / secretKinds.length)) % hosts.length] as (typeof hosts)[number];
    const secret = kind.make(`plant ${i}`);
    const path = `src/module${i}.${host.extension}`;
    const code = (from: number) => Array.from({ length: 12 }, (_, j) => host.code(i * 100 + from + j)).join('\n');
    scratch.write(path, `${code(0)}\n${host.assign(kind.variable, secret)}\n${code(50)}`);
    return { kind, secret, path };
  });
  for (let i = 0; i < 6; i++) scratch.write(`src/clean${i}.ts`, moduleText(`clean${'abcdef'[i]}`));
  scratch.write('.env', `TOKEN=${plants[0]?.secret}\n`).commit('first');
  // A secret that was written and taken out again is still in history.
  for (const { path } of plants.slice(0, 20)) {
    const text = readFileSync(join(scratch.root, path), 'utf8');
    scratch.write(
      path,
      `${text}\n// checked\n${text.split('\n').slice(0, 3).join('\n').replaceAll('handle', 'again')}\n`,
    );
  }
  for (let i = 0; i < 6; i++)
    scratch.write(`src/clean${i}.ts`, `${moduleText(`clean${'abcdef'[i]}`)}\n${moduleText(`later${'abcdef'[i]}`, 2)}`);
  scratch.commit('more handlers');

  const log = captureLog();
  const datasets = [
    await mineRepository({ folder: scratch.root, history: true, contextChars: 2000 }),
    await mineRepository({
      folder: scratch.root,
      history: true,
      contextChars: 2000,
      split: { by: 'time', cut: 'HEAD~1' },
    }),
  ];
  const index = await buildIndex(scratch.root);
  const logged = log.end();
  const places: Readonly<Record<string, string>> = {
    dataset: datasets.flatMap((dataset) => [...datasetLines(dataset)]).join('\n'),
    index: [...index.texts()].join('\n'),
    log: logged,
    cache: readFileSync(join(scratch.root, '.git', 'repotune', 'mining.cache')).toString('latin1'),
  };
  // Files left out as a whole would hide every leak.
  const taken = new Set(datasets[0]?.files.filter(({ verdict }) => verdict === 'taken').map(({ path }) => path));
  const unmined = plants.filter(({ path }) => !taken.has(path));
  if (unmined.length > 0) throw new Error(`Not mined, so nothing shown: ${unmined.map(({ path }) => path).join(', ')}`);
  return plants.flatMap(({ kind, secret, path }) =>
    Object.entries(places)
      .filter(([, text]) => tellingParts(secret).some((part) => text.includes(part)))
      .map(([place]) => `${kind.name} of ${path} in the ${place}`),
  );
}

/** A secret cut in two is still one: any 12 characters of its random part tell it. */
function tellingParts(secret: string): string[] {
  const random = secret
    .split(/[^A-Za-z0-9+/_-]+/)
    .reduce((longest, part) => (part.length > longest.length ? part : longest), '');
  return random.length < 16
    ? [JSON.stringify(secret).slice(1, -1)]
    : [random.slice(0, 12), random.slice(-12), random.slice(random.length / 2 - 6, random.length / 2 + 6)];
}

function captureLog(): { end(): string } {
  const streams = [process.stdout, process.stderr] as const;
  const originals = streams.map((stream) => stream.write);
  let text = '';
  for (const stream of streams) {
    stream.write = ((chunk: string | Uint8Array) => {
      text += String(chunk);
      return true;
    }) as typeof stream.write;
  }
  return {
    end() {
      streams.forEach((stream, i) => {
        stream.write = originals[i] as typeof stream.write;
      });
      return text;
    },
  };
}

async function kindsOutsideSecretlint(): Promise<string[]> {
  const config = { rules: [{ id: 'preset', rule: creator, options: {} }] };
  const outside: string[] = [];
  for (const { name, variable, make } of secretKinds) {
    const content = `const ${variable} = '${make('alone')}';\n`;
    const source = { filePath: 'module.ts', content, ext: '.ts', contentType: 'text' as const };
    const { messages } = await lintSource({ source, options: { config } });
    if (messages.length === 0) outside.push(name);
  }
  return outside;
}

/** Pairs that false alarms cost: those whose middle would touch the margin around an alleged secret. */
async function cleanLosses(): Promise<{ lost: number; total: number; alarms: string[] }> {
  using sources = new ShippedSources();
  const clean = folders.length > 0 ? folders : shippedSets.map((name) => sources.repository(name));
  let lost = 0;
  let total = 0;
  const alarms: string[] = [];
  for (const folder of clean) {
    const { root, files, pairs, statistics } = await mineRepository({
      folder,
      cachePath: null,
      maxTrainPairs: 1e6,
      maxHeldOutPairs: 1e6,
    });
    const perUnit = pairs.length / statistics.bytes;
    total += pairs.length;
    for (const { path, verdict, reason } of files) {
      if (verdict === 'left-out' && reason !== 'secret file') continue;
      const decoded = decode(readFileSync(join(root, path)));
      if (decoded.kind !== 'text') continue;
      const { text } = decoded;
      const secrets =
        verdict === 'taken' ? await findSecrets(path, text) : [{ start: 0, end: text.length, rule: 'secret file' }];
      if (secrets.length === 0) continue;
      for (const { start, end } of aroundSecrets(secretLines(text, secrets)))
        lost += (Math.min(text.length, end) - Math.max(0, start)) * perUnit;
      alarms.push(`${path}: ${[...new Set(secrets.map(({ rule }) => rule))].join(', ')}`);
    }
  }
  return { lost: Math.round(lost), total: total + Math.round(lost), alarms };
}
