// Makes models/layout-pairs.jsonl.gz: excerpts of this checkout's own sources, from which an adapter learns the prompt layout and nothing
// of any user's repository. usage: node script/layoutPairs.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Random } from '../server/common/random.ts';
import { mineOnce } from '../server/mining/index.ts';
import { packageRoot } from '../server/storage/paths.ts';

const train = 700;
const heldOut = 60;
/** Training windows are shorter: no adapter sees more. */
const before = 1400;
const behind = 600;

const { dataset } = await mineOnce({ folder: packageRoot, cachePath: null }, async () => null);
const random = new Random('layout-pairs', dataset.firstCommit);
const taken = (split: string, most: number) =>
  random.shuffle(dataset.pairs.filter((pair) => pair.split === split)).slice(0, most);
const lines = [...taken('train', train), ...taken('held-out', heldOut)]
  .toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.startByte - b.startByte))
  .map(({ path, language, kind, split, prefix, middle, suffix }) =>
    JSON.stringify({ path, language, kind, split, prefix: lastLines(prefix), middle, suffix: suffix.slice(0, behind) }),
  );
const packed = gzipSync(`${lines.join('\n')}\n`, { level: 9 });
writeFileSync(join(packageRoot, 'models', 'layout-pairs.jsonl.gz'), packed);
console.log(`${lines.length} pairs, ${packed.length} bytes`);

function lastLines(text: string): string {
  const end = text.slice(-before);
  return end.length < text.length ? end.slice(end.indexOf('\n') + 1) : end;
}
