/**
 * Everything of a folder that a model would see, as text: a tune's sequences as passed to the trainer, and the retrieval index. A separate
 * process, in the environment of the user who would tune.
 * usage: learned.ts FOLDER OUT.json
 */
import { writeFileSync } from 'node:fs';
import { messageOf } from '../../server/common/messageOf.ts';
import { createCompletionEngine } from '../../server/engine/index.ts';
import { buildIndex } from '../../server/mining/indexing.ts';
import { bundledModelPath } from '../../server/storage/paths.ts';
import { Preparation } from '../../server/tuning/prepare.ts';
import { mineSplits } from '../../server/tuning/splits.ts';

const [folder = '', out = ''] = process.argv.slice(2);
const signal = new AbortController().signal;
const texts: string[] = [];
const problems: string[] = [];

/** A failure is a refusal: nothing is learned from it. */
async function attempt(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    problems.push(`${what}: ${messageOf(error)}`);
  }
}

await attempt('index', async () => {
  for (const text of (await buildIndex(folder, signal)).texts()) texts.push(`index\t${text}`);
});
const engine = createCompletionEngine();
try {
  await attempt('sequences', async () => {
    const model = await engine.load({ modelPath: bundledModelPath(), contextTokens: 1024, device: 'cpu' });
    const { dataset, byTime } = await mineSplits({ folder, byTime: true }, null, () => {}, signal);
    const recording = {
      load: engine.load.bind(engine),
      complete: engine.complete.bind(engine),
      score: engine.score.bind(engine),
      dispose: engine.dispose.bind(engine),
      tokenize: async (given: readonly string[]): Promise<number[][]> => {
        for (const text of given) texts.push(`sequence\t${text}`);
        return await engine.tokenize(given);
      },
    };
    for (const pairs of [dataset, ...(byTime === null ? [] : [byTime])]) {
      const preparation = new Preparation(pairs, { engine: recording, model });
      await preparation.train(pairs.pairs.length, 1, null, signal);
      await preparation.heldOut(pairs.pairs.length, signal);
    }
  });
} finally {
  await engine.dispose();
}
writeFileSync(out, JSON.stringify({ texts, problems }));
for (const problem of problems) console.error(problem);
