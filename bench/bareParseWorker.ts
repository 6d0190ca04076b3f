/** The peer of `bench -- mine`: reads and parses the same files, and does nothing else. */
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import Parser from 'tree-sitter';
import { hasGrammar } from '../server/languages/languageOf.ts';
import { loadLanguage } from '../server/languages/parser.ts';
import type { FileJob } from '../server/mining/fileMiner.ts';
import { answerTasks } from '../server/system/answerTasks.ts';

export type BareJobs = readonly Pick<FileJob, 'fullPath' | 'language'>[];

const parser = new Parser();
let input = '';
const readInput = (index: number): string => input.slice(index, index + 16_384);

answerTasks(async (jobs: BareJobs): Promise<number> => {
  let nodes = 0;
  for (const { fullPath, language } of jobs) {
    const text = readFileSync(fullPath, 'utf8');
    if (!hasGrammar(language)) continue;
    input = text;
    parser.setLanguage((await loadLanguage(language)).grammar);
    await turn();
    nodes += parser.parse(readInput).rootNode.childCount;
  }
  return nodes;
});
