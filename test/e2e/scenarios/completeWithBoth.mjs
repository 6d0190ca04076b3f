import { strict as assert } from 'node:assert';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseCursor, completeByCommandLine, placesToType } from '../commandLine.mjs';

/** Writes code with the adapter and with the base: the editor must show what the command line prints. */
export async function completeWithBoth({ checks, editor, folder }) {
  const { page } = editor;
  const extension = editor.extensionFolder();
  const cursor = await checks.that('base and adapter answer differently at one cursor on the command line', () =>
    chooseCursor({ extension, folder }),
  );
  const shown = {};
  const showsWhatIsPrinted = async (source) => {
    await editor.waitForStatus(`Repotune: ${source}`);
    shown[source] = await acceptedText({ editor, folder, cursor, shot: `5-ghost-text-${source}` });
    assert.equal(shown[source], completeByCommandLine({ extension, folder, cursor, source }));
  };
  await checks.that('with the adapter the editor shows exactly what `repotune complete` prints', () =>
    showsWhatIsPrinted('adapter'),
  );
  await checks.that('with the base the editor shows what it prints too, unlike with the adapter', async () => {
    await editor.command('Repotune: Use the Base Model');
    await showsWhatIsPrinted('base');
    assert.notEqual(shown.base, shown.adapter);
  });
  await checks.that('a function accepted before an existing bracket is closed, with the cursor inside', () =>
    typesIntoAccepted({ editor, folder }),
  );

  await checks.that('typing brings ghost text, and Tab accepts it', async () => {
    await editor.useAdapter();
    const written = await typeUntilSuggested({
      editor,
      folder,
      places: placesToType({ extension, folder }, cursor.path, mostPlaces),
    });
    await page.keyboard.press('Tab');
    const saved = await editor.save(written.file, (text) => text.includes(written.line));
    assert.ok(saved.includes(written.line), `"${written.line}" is not in the file`);
    await editor.screenshot('8-accepted');
  });

  await checks.that('a command turns completions off and on again', async () => {
    await editor.command('Repotune: Toggle Completions');
    await editor.waitForStatus('Repotune: off');
    await editor.screenshot('9-off');
    await editor.command('Repotune: Toggle Completions');
    await editor.waitForStatus('Repotune: adapter');
  });
}

/** Triggers at the cursor, accepts the suggestion with Tab, and reads the resulting file, which is then restored. */
async function acceptedText({ editor, folder, cursor, shot }) {
  const { page } = editor;
  const file = join(folder, cursor.path);
  const before = readFileSync(file, 'utf8');
  const tail = before.slice(cursor.offset);
  await editor.open(cursor.path, cursor.line, cursor.column);
  await editor.command('Trigger Inline Suggestion');
  await editor.ghostText();
  await editor.screenshot(shot);
  await page.keyboard.press('Tab');
  // The file may be read while being written: it is complete once its end is there.
  const after = await editor.save(file, (text) => text.length > before.length && text.endsWith(tail));
  await page.keyboard.press('Control+Z');
  assert.equal(await editor.save(file, (text) => text === before), before, 'undo did not restore the file');
  assert.ok(after.startsWith(before.slice(0, cursor.offset)), 'text before the cursor changed');
  assert.ok(after.endsWith(tail), 'text behind the cursor changed');
  return after.slice(cursor.offset, after.length - tail.length);
}

const unfinished = `import { describe, expect, it } from 'vitest';
import { sum } from './sum';

describe('sum', () => {
  it('adds numbers', () => {
    expect(sum(1, 2)).toBe(3);
  });

  it('adds negative numbers', )
});
`;

/** The suggestion there is a snippet, which the editor shows and inserts differently. */
async function typesIntoAccepted({ editor, folder }) {
  const file = join(folder, 'sum.spec.ts');
  writeFileSync(file, unfinished);
  const lines = unfinished.split('\n');
  const line = lines.findIndex((text) => text.includes('negative'));
  await editor.open('sum.spec.ts', line + 1, lines[line].indexOf(')') + 1);
  await editor.command('Trigger Inline Suggestion');
  await editor.ghostText();
  await editor.screenshot('6-ghost-text-function');
  await editor.page.keyboard.press('Tab');
  await editor.page.keyboard.type('sum;');
  const saved = await editor.save(file, (text) => text.includes('sum;'));
  assert.match(saved, /\n {2}it\('adds negative numbers', .*\{sum;\}\)\n/);
  rmSync(file);
}

const mostPlaces = 4;

/**
 * Types a statement's beginning, as a user would, at one place after another until a suggestion comes: during typing there is little time,
 * and on a slow machine sometimes too little. Returns the line once accepted.
 */
async function typeUntilSuggested({ editor, folder, places }) {
  for (const { path, line, indent, typed, suggests } of places) {
    const file = join(folder, path);
    const original = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      original
        .split('\n')
        .with(line - 1, indent)
        .join('\n'),
    );
    await editor.open(path, line, indent.length + 1);
    await editor.page.keyboard.press('End');
    await editor.page.keyboard.type(typed, { delay: 60 });
    if (!suggests) await editor.command('Trigger Inline Suggestion');
    const ghost = await editor.ghostText(8_000).catch(() => null);
    if (ghost !== null) {
      await editor.screenshot('7-ghost-text-while-typing');
      return { file, line: `${typed}${ghost.split('\n')[0]}`.trimEnd() };
    }
    await editor.command('File: Revert File');
    writeFileSync(file, original);
  }
  throw new Error('typing brought no suggestion at any place');
}
