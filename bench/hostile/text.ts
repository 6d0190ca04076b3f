/** Source texts in which every line is unique, so that anything learned reveals where it came from. */
import { createHash } from 'node:crypto';

const SYLLABLES = [
  'ba',
  'ro',
  'mi',
  'te',
  'lu',
  'sa',
  'ne',
  'ko',
  'di',
  'pu',
  'ga',
  've',
  'fo',
  'ji',
  'ra',
  'mo',
] as const;

/**
 * Fourteen pronounceable lower-case letters, deterministic for a name: in a text they mark its file. With ten letters there are only a
 * million, and two files of a run once had the same mark.
 */
export function markOf(name: string): string {
  const digest = createHash('sha256').update(name).digest();
  return Array.from({ length: 7 }, (_, at) => SYLLABLES[digest[at]! % SYLLABLES.length]).join('');
}

type Statement = (mark: string, n: number) => string;

const STATEMENTS: readonly Statement[] = [
  (m, n) => `const ${m}Ledger${n} = entries.filter((entry) => entry.${m}Weight > ${n});`,
  (m, n) => `if (${m}Limit < ${n * 3}) return ${m}Fallback(entries.length, ${n});`,
  (m, n) => `total += entries.reduce((sum, entry) => sum + entry.${m}Weight * ${n}, 0);`,
  (m, n) => `for (const ${m}Item of entries.slice(${n})) total -= ${m}Item.${m}Weight;`,
  (m, n) => `const ${m}Label${n} = entries.map(({ ${m}Name }) => ${m}Name.padEnd(${n})).join('/');`,
  (m, n) => `while (total > ${m}Limit + ${n}) total = Math.floor(total / ${(n % 5) + 2});`,
  (m, n) => `console.debug('${m} settles', total, ${n});`,
];

/** A TypeScript module of `functions` functions; every line of a body contains the mark. */
export function moduleOf(mark: string, functions = 6): string {
  const random = numbersOf(mark);
  return Array.from({ length: functions }, (_, at) => {
    const body = Array.from({ length: 6 }, () => STATEMENTS[random() % STATEMENTS.length]!(mark, (random() % 90) + 2));
    return [
      `export function ${mark}Settle${at}(entries: readonly ${mark}Entry[], ${mark}Limit: number): number {`,
      `  let total = ${mark}Limit * ${random() % 70};`,
      ...body.map((line) => `  ${line}`),
      `  return ${mark}Round(total, ${random() % 9});`,
      '}',
      '',
    ].join('\n');
  }).join('\n');
}

/** The same in Python. */
export function pythonOf(mark: string, functions = 6): string {
  const random = numbersOf(`${mark} python`);
  return Array.from({ length: functions }, (_, at) =>
    [
      `def ${mark}_settle_${at}(entries, ${mark}_limit):`,
      `    ${mark}_total = ${mark}_limit * ${random() % 70}`,
      `    for ${mark}_item in entries[${random() % 30}:]:`,
      `        if ${mark}_item.weight > ${random() % 80}:`,
      `            ${mark}_total += ${mark}_item.weight * ${random() % 60}`,
      `    return ${mark}_round(${mark}_total, ${random() % 9})`,
      '',
      '',
    ].join('\n'),
  ).join('');
}

function numbersOf(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}
