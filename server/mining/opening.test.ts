import { expect, it } from 'vitest';
import { mineText } from './fileMiner.ts';
import { historyPairs } from './historyPairs.ts';
import { mixKinds } from './mix.ts';
import { ScratchRepository } from './testing.ts';

const SETTINGS = ['name', 'colour', 'width', 'height', 'depth', 'weight']
  .map((word, i) => `$${word} = read_setting('${word}', ${i});\n`)
  .join('');

it.each([
  ['below it', '<?php\n\n'],
  ['on its line', '<?php '],
  ['below a shebang', '#!/usr/bin/env php\n<?PHP\n'],
])('no middle has the tag that opens a PHP file, with the code %s', async (_, head) => {
  const text = head + SETTINGS;
  const kinds = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const job = { path: 'settings.php', language: 'php', seed, density: 1, definitions: false } as const;
    const { middles } = (await mineText(job, text, Buffer.from(text)))!;
    for (let at = 0; at < middles.length; at += 4) {
      expect(middles[at + 1]).toBeGreaterThanOrEqual(head.trimEnd().length);
      kinds.add(mixKinds[middles[at]!]!);
    }
  }
  expect([...kinds]).toEqual(expect.arrayContaining(['statements', 'random', 'line-end']));
});

it('tags within a template are learned', async () => {
  const row = (word: string): string => `  <td><?php echo htmlspecialchars($row['${word}']); ?></td>\n`;
  const text = `<tr>\n${['name', 'colour', 'width', 'height'].map(row).join('')}</tr>\n`;
  const found: string[] = [];
  for (let seed = 0; seed < 40; seed++) {
    const job = { path: 'row.phtml', language: 'php', seed, density: 1, definitions: false } as const;
    const { middles } = (await mineText(job, text, Buffer.from(text)))!;
    for (let at = 0; at < middles.length; at += 4) found.push(text.slice(middles[at + 1], middles[at + 2]));
  }
  expect(found.some((middle) => middle.includes('<?php'))).toBe(true);
});

it('a change to the opening line of a PHP file gives no history pair', async () => {
  using scratch = new ScratchRepository();
  scratch.write('settings.php', `<?php\n${SETTINGS}`).commit('first');
  scratch.write('settings.php', `<?php declare(strict_types=1);\n${SETTINGS}`).commit('strict');
  const added = "$shape = read_setting('shape', 7);\n";
  scratch.write('settings.php', `<?php declare(strict_types=1);\n${SETTINGS}${added}`).commit('shape');
  const options = { range: 'HEAD', maxCommits: 100, maxAdditions: 100, admits: () => true } as const;
  const pairs = await historyPairs(scratch.root, 'train', options);
  expect(pairs.map(({ middle }) => middle)).toEqual([added.trim()]);
});
