import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { withoutIcons, withoutLinks } from './plainText.ts';

/** VS Code's own pattern for links in a notification's message; the command runs on a click. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

it.each([
  '[Get it](command:workbench.action.terminal.sendSequence?{"text":"id\\u000d"})',
  '[[a](command:b)](https://example.org)',
  '[file](file:///etc/passwd "what it is")',
])('%s is no longer a link', (text) => {
  expect(LINK.test(text)).toBe(true);
  expect(withoutLinks(`The base ${text} is not here.`)).not.toMatch(LINK);
});

it('leaves other brackets as they are', () => {
  expect(withoutLinks('items[0] (the first) of f(x)')).toBe('items[0] (the first) of f(x)');
});

it('breaks up icons in a name', () => {
  expect(withoutIcons('$(check) $(verified-filled) theirs')).toBe('$ (check) $ (verified-filled) theirs');
});

const here = fileURLToPath(new URL('.', import.meta.url));
const sources = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.ts$/.test(name) && !/\.test\.ts$/.test(name))
  .map((name) => [name, readFileSync(join(here, name), 'utf8')] as const);

it('every notification is a constant text, modal, or without links', () => {
  const shown = sources.flatMap(([name, text]) =>
    [...text.matchAll(/\.show(?:Information|Warning|Error)Message\(\s*/g)].map(({ 0: call, index }) => {
      const rest = text.slice(index + call.length);
      // Up to the end of its statement.
      const statement = rest.slice(0, rest.search(/;\n/));
      return {
        name,
        statement,
        isPlain: /^(?:withoutLinks\(|'[^'\n]*')/.test(rest) || statement.includes('modal: true'),
      };
    }),
  );
  expect(shown.length).toBeGreaterThan(20);
  expect(shown.filter(({ isPlain }) => !isPlain)).toEqual([]);
  // What a progress notification reports is a message too.
  const reports = sources.flatMap(([name, text]) =>
    [...text.matchAll(/progress\.report\(([\s\S]{0,120})/g)].map(([, given]) => ({ name, given })),
  );
  expect(reports.filter(({ given }) => /message/.test(given ?? '') && !/withoutLinks/.test(given ?? ''))).toEqual([]);
});

it('foreign text in the detail of a language status is without links and icons', () => {
  const details = sources.flatMap(([name, text]) =>
    [...text.matchAll(/\.detail = ([^;]*);/g)].map(([, given]) => ({ name, given })),
  );
  expect(details.length).toBeGreaterThan(0);
  expect(details.filter(({ given }) => !given?.startsWith('withoutIcons(withoutLinks('))).toEqual([]);
});
