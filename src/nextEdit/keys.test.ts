import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { contributes } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  contributes: { keybindings: { command: string; key: string; when: string }[] };
};

const terms = (command: string, key: string): string[][] =>
  contributes.keybindings
    .filter((binding) => binding.command === command && binding.key === key)
    .map(({ when }) => when.split(' && '));

test('Tab is bound only while a next edit waits for it and nothing else wants it', () => {
  expect(terms('repotune.acceptNextEdit', 'tab')).toEqual([
    expect.arrayContaining([
      'repotune.nextEditTakesTab',
      'editorTextFocus',
      '!editorReadonly',
      '!editorHasSelection',
      '!editorHasMultipleSelections',
      '!suggestWidgetVisible',
      '!inlineSuggestionVisible',
      '!inSnippetMode',
      '!editorTabMovesFocus',
      // A screen reader does not read what is drawn.
      '!accessibilityModeEnabled',
      '!hasSnippetCompletions',
    ]),
  ]);
});

test('Escape is bound only while a next edit is shown, not in widgets, snippets or vi modes', () => {
  const bindings = terms('repotune.dismissNextEdit', 'escape');
  expect(bindings.map(([first]) => first)).toEqual(['repotune.nextEditVisible', 'repotune.nextEditGhost']);
  for (const binding of bindings)
    expect(binding).toEqual(
      expect.arrayContaining([
        'editorTextFocus',
        '!suggestWidgetVisible',
        '!inSnippetMode',
        '!editorHasMultipleSelections',
        '!findWidgetVisible',
        '!parameterHintsVisible',
        "vim.mode != 'Insert'",
      ]),
    );
});
