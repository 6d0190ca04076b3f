/** The peer of `bench -- mine`: reads and parses the same files, and does nothing else. */
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import Parser from 'tree-sitter';
import { hasGrammar } from '../server/languages/languageOf.ts';
import { loadLanguage } from '../server/languages/parser.ts';
import type { FileJob } from '../server/mining/fileMiner.ts';

const parser = new Parser();
let input = '';
const readInput = (index: number): string => input.slice(index, index + 16_384);

export default async function parseFiles(jobs: readonly Pick<FileJob, 'fullPath' | 'language'>[]): Promise<number> {
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
}
