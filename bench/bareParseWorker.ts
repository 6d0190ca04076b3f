/** The peer of `bench -- mine`: reads and parses the same files, and does nothing else. */
import { readFileSync } from 'node:fs';
import Parser from 'tree-sitter';
import type { FileJob } from '../server/mining/fileMiner.ts';
import { hasGrammar } from '../server/mining/languageOf.ts';
import { loadLanguage } from '../server/mining/parser.ts';

const parser = new Parser();

export default async function parseFiles(jobs: readonly FileJob[]): Promise<number> {
  let nodes = 0;
  for (const { fullPath, language } of jobs) {
    const text = readFileSync(fullPath, 'utf8');
    if (!hasGrammar(language)) continue;
    parser.setLanguage((await loadLanguage(language)).grammar);
    nodes += parser.parse((index) => text.slice(index, index + 16_384)).rootNode.childCount;
  }
  return nodes;
}
