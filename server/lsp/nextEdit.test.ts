/** Next edits over the wire with the bundled base, which cannot propose any; those that need no model work all the same. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ExecuteCommandRequest } from 'vscode-languageserver-protocol/node';
import {
  NEXT_EDIT_CAPABILITY,
  type NextEdit,
  type NextEditAnswer,
  NextEditMessages,
  ServerCommands,
} from '../protocol/index.ts';
import { cpuMsOf } from '../system/testing.ts';
import { TestClient, until, uriOf } from './testing.ts';
import { TRUST_FOLDER } from './trust.ts';

const source = `export function area(w: number, h: number): number {
  if (w < 0) throw new Error('w is negative');
  return w * h;
}
`;
const nothing: NextEditAnswer = { edits: [], jumps: [] };

let client: TestClient;
let folder: string;
const logged: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-next-edit-'));
  client = await TestClient.start({ folders: [folder] });
  client.connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
    logged.push(message);
  });
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
});

async function opened(name: string, text = source, languageId = 'typescript'): Promise<string> {
  const uri = uriOf(join(folder, name));
  await client.open(uri, languageId, text);
  return uri;
}

async function ask(uri: string, line = 0, of: TestClient = client): Promise<NextEditAnswer> {
  const { version } = of.document(uri);
  const params = { textDocument: { uri, version }, position: { line, character: 0 }, context: { triggerKind: 1 } };
  return await of.connection.sendRequest(NextEditMessages.ask, params);
}

/** Renames the first parameter, letter by letter. */
async function rename(uri: string, of: TestClient = client): Promise<void> {
  const at = of.document(uri).getText().indexOf('(w:') + 2;
  for (const [i, letter] of [...'idth'].entries()) await of.edit(uri, at + i, 0, letter);
}

async function apply(edit: NextEdit): Promise<void> {
  const document = client.document(edit.textDocument.uri);
  expect(edit.textDocument.version).toBe(document.version);
  const [start, end] = [document.offsetAt(edit.range.start), document.offsetAt(edit.range.end)];
  await client.edit(document.uri, start, end - start, edit.text);
  const { command, arguments: given } = edit.command;
  expect(command).toBe(ServerCommands.acceptedEdit);
  await client.connection.sendRequest(ExecuteCommandRequest.type, { command, arguments: [...given] });
}

test('the server advertises next edits in its capabilities', () => {
  const { experimental, executeCommandProvider } = client.initialized.capabilities;
  expect(experimental).toEqual({ [NEXT_EDIT_CAPABILITY]: true });
  expect(executeCommandProvider?.commands).toContain(ServerCommands.acceptedEdit);
});

test.each([
  ['\n', 'lf.ts'],
  ['\r\n', 'crlf.ts'],
])('renaming a parameter renames its uses, with line breaks %j, and then proposes nothing', async (eol, name) => {
  const uri = await opened(name, source.replaceAll('\n', eol));
  await rename(uri);
  const { edits } = await ask(uri);
  const [edit] = edits;
  expect(edit).toMatchObject({ range: { start: { line: 1 }, end: { line: 2 } }, textDocument: { uri } });
  await client.connection.sendNotification(NextEditMessages.shown, { item: edit });
  await client.connection.sendNotification(NextEditMessages.partlyAccepted, { item: edit, acceptedLength: 4 });
  await apply(edit!);
  const expected = source.replace('w:', 'width:').replace('w < 0', 'width < 0').replace('w * h', 'width * h');
  expect(client.document(uri).getText()).toBe(expected.replaceAll('\n', eol));
  expect(await ask(uri)).toEqual(nothing);
  await until(
    () => logged.filter((line) => line.includes('too small for next edits')).length === 1,
    'the reason, once',
  );
});

test('a new field becomes a parameter of the constructor and is assigned there', async () => {
  const fields = `class Box {
  readonly width: number;
  readonly height: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }
}
`;
  const uri = await opened('box.ts', fields);
  const at = fields.indexOf('height: number;') + 'height: number;'.length;
  for (const [i, letter] of [...'\n  readonly depth: number;'].entries()) await client.edit(uri, at + i, 0, letter);
  await apply((await ask(uri, 3)).edits[0]!);
  const text = client.document(uri).getText();
  expect(text).toContain('constructor(width: number, height: number, depth: number) {');
  expect(text).toContain('    this.height = height;\n    this.depth = depth;\n  }');
  expect(await ask(uri, 3)).toEqual(nothing);
});

test('a diagnostic at the old name of a renamed method is where the next edit renames it', async () => {
  const uri = await opened(
    'method.ts',
    'class Box {\n  area(w: number) {\n    return w;\n  }\n}\nnew Box().area(1);\n',
  );
  await client.edit(uri, 'class Box {\n  '.length, 'area'.length, 'size');
  const { version } = client.document(uri);
  const range = { start: { line: 5, character: 10 }, end: { line: 5, character: 14 } };
  const diagnostic = { range, message: "Property 'area' does not exist.", severity: 1, source: 'ts', code: 2339 };
  const params = { textDocument: { uri, version }, position: { line: 1, character: 3 } };
  const asked = async (diagnostics: readonly object[]): Promise<NextEditAnswer> => {
    const context = { triggerKind: 1, diagnostics };
    return await client.connection.sendRequest(NextEditMessages.ask, { ...params, context });
  };
  expect(await asked([])).toEqual(nothing);
  expect((await asked([diagnostic])).edits).toMatchObject([{ text: 'size', range }]);
  await expect(asked([{ range: 7, message: 'x' }])).rejects.toThrow(/range/);
});

test('uses of a renamed function in unopened files are offered as jumps, and edited once the file is open', async () => {
  const place = await mkdtemp(join(tmpdir(), 'repotune-next-edit-'));
  const use =
    "import { volume } from './volume';\n\nexport function twice(side: number) {\n  return 2 * volume(side);\n}\n";
  await mkdir(join(place, 'node_modules'));
  for (const path of ['uses.ts', 'node_modules/uses.ts']) await writeFile(join(place, path), use);
  const window = await TestClient.start({ folders: [place] });
  try {
    const uri = uriOf(join(place, 'volume.ts'));
    await window.open(uri, 'typescript', 'export function volume(side: number) {\n  return side ** 3;\n}\n');
    await window.edit(uri, 'export function '.length, 'volume'.length, 'third');
    // On a busy machine, it takes longer than one request waits.
    const jumps = await vi.waitFor(
      async () => {
        const told = (await ask(uri, 0, window)).jumps;
        expect(told.length).toBeGreaterThan(0);
        return told;
      },
      { timeout: 40_000, interval: 500 },
    );
    const there = uriOf(join(place, 'uses.ts'));
    expect(jumps.map(({ uri: of, range }) => [of, range.start.line])).toEqual([
      [there, 0],
      [there, 3],
    ]);
    await window.open(there, 'typescript', use);
    const [edit] = (await ask(there, 3, window)).edits;
    expect(edit).toMatchObject({ text: 'third', range: { start: { line: 3, character: 13 } } });
  } finally {
    await window.stop();
  }
});

test.each([
  ['closed without being saved', false],
  ['saved and closed', true],
])('a rename in a document that is %s is proposed in other files: %j', async (_, isSaved) => {
  const place = await mkdtemp(join(tmpdir(), 'repotune-next-edit-'));
  const window = await TestClient.start({ folders: [place] });
  try {
    const declaring = join(place, 'volume.ts');
    const was = 'export function volume(side: number) {\n  return side ** 3;\n}\n';
    await writeFile(declaring, was);
    await window.open(uriOf(declaring), 'typescript', was);
    await window.edit(uriOf(declaring), 'export function '.length, 'volume'.length, 'third');
    const text = window.document(uriOf(declaring)).getText();
    if (isSaved) await writeFile(declaring, text.replaceAll('\n', '\r\n'));
    await window.close(uriOf(declaring));
    const using = uriOf(join(place, 'uses.ts'));
    await window.open(using, 'typescript', "import { volume } from './volume';\n\nexport const eight = volume(2);\n");
    expect((await ask(using, 0, window)).edits).toMatchObject(isSaved ? [{ text: 'third' }] : []);
  } finally {
    await window.stop();
  }
});

test('an edit that was rejected or undone is not proposed again', async () => {
  const uri = await opened('refused.ts');
  await rename(uri);
  const [edit] = (await ask(uri)).edits;
  await client.connection.sendNotification(NextEditMessages.rejected, { item: edit });
  expect(await ask(uri)).toEqual(nothing);

  const other = await opened('undone.ts');
  await rename(other);
  const before = client.document(other).getText();
  await apply((await ask(other)).edits[0]!);
  await client.edit(other, 0, client.document(other).getText().length, before);
  expect(await ask(other)).toEqual(nothing);
});

test('an edit is proposed only for the current version of an open document', async () => {
  const uri = await opened('stale.ts');
  await rename(uri);
  const { version } = client.document(uri);
  const asked = (params: object) => client.connection.sendRequest(NextEditMessages.ask, params);
  const position = { line: 0, character: 0 };
  expect(await asked({ textDocument: { uri, version: version - 1 }, position })).toEqual(nothing);
  expect(await asked({ textDocument: { uri: `${uri}x`, version }, position })).toEqual(nothing);
  await until(() => logged.some((line) => line.includes('the document is not open')), 'why, for one that is not open');
  expect(logged.some((line) => line.includes(`about version ${version - 1}, and is at ${version}`))).toBe(true);
  const slow = asked({ textDocument: { uri, version }, position });
  await client.edit(uri, client.document(uri).getText().length, 0, '// last\n');
  expect(await slow).toEqual(nothing);
  expect((await ask(uri)).edits[0]?.range.start.line).toBe(1);
});

test.each([
  [{}, /textDocument/],
  [{ textDocument: { uri: 'file:///a.ts', version: 1 }, position: { line: -1, character: 0 } }, /line/],
  [{ textDocument: { uri: 'file:///a.ts', version: '1' }, position: { line: 0, character: 0 } }, /version/],
])('malformed parameters are refused, and the field is named: %j', async (params, named) => {
  const refusal = await client.connection
    .sendRequest(NextEditMessages.ask, params)
    .catch((error: Error) => error.message);
  expect(refusal).toMatch(named);
});

test('malformed feedback, and feedback on an unknown edit, changes nothing and fails nowhere', async () => {
  const uri = await opened('feedback.ts');
  await rename(uri);
  const offered = await ask(uri);
  const [id] = offered.edits[0]!.command.arguments;
  const before = logged.length;
  for (const method of [NextEditMessages.shown, NextEditMessages.partlyAccepted, NextEditMessages.rejected]) {
    await client.connection.sendNotification(method, { item: { command: { arguments: [7] } } });
    await client.connection.sendNotification(method, { item: { command: { arguments: ['edit-999'] } } });
    await client.connection.sendNotification(method, { item: { command: { arguments: [[id]] } } });
    await client.connection.sendNotification(method, { nothing: true });
  }
  expect(await ask(uri)).toEqual(offered);
  expect(logged.slice(before).filter((line) => /refused|accepted|failed/i.test(line))).toEqual([]);
  expect(client.process.exitCode).toBeNull();
  expect((await client.state()).engine.kind).not.toBe('failed');
  await client.connection.sendNotification(NextEditMessages.rejected, { item: offered.edits[0] });
  expect((await ask(uri)).edits).toEqual([]);
});

test.each([
  ['next edits', { nextEdit: { enabled: false } }, 'a.ts'],
  ['completions', { completions: { enabled: false } }, 'a.ts'],
  ['the language', { completions: { languages: { typescript: false } } }, 'a.ts'],
  ['the file', { completions: { exclude: ['secret/**'] } }, 'secret/a.ts'],
])('no next edits come where the settings exclude %s', async (_, settings, name) => {
  const quiet = await TestClient.start({ folders: [folder], settings });
  try {
    const uri = uriOf(join(folder, name));
    await quiet.open(uri, 'typescript', source);
    await rename(uri, quiet);
    expect(await ask(uri, 0, quiet)).toEqual(nothing);
  } finally {
    await quiet.stop();
  }
});

test('no next edits come in an untrusted folder', async () => {
  const wary = await TestClient.start({ folders: [folder], trusted: false });
  try {
    const uri = uriOf(join(folder, 'a.ts'));
    await wary.open(uri, 'typescript', source);
    await rename(uri, wary);
    expect(await ask(uri, 0, wary)).toEqual(nothing);
  } finally {
    await wary.stop();
  }
});

test('documents opened before their folder was trusted are targets of jumps afterwards', async () => {
  const wary = await TestClient.start({ folders: [folder], trusted: false });
  try {
    const [declaring, using] = ['declares.ts', 'calls.ts'].map((name) => uriOf(join(folder, name))) as [string, string];
    await wary.open(declaring, 'typescript', 'export function volume(side: number) {\n  return side ** 3;\n}\n');
    await wary.open(using, 'typescript', "import { volume } from './declares';\n\nexport const eight = volume(2);\n");
    await wary.connection.sendRequest(ExecuteCommandRequest.type, { command: TRUST_FOLDER });
    await wary.edit(declaring, 'export function '.length, 'volume'.length, 'third');
    const { jumps } = await ask(declaring, 0, wary);
    expect(jumps.map(({ uri, range }) => [uri, range.start.line])).toEqual([
      [using, 0],
      [using, 2],
    ]);
  } finally {
    await wary.stop();
  }
});

describe('bad input', () => {
  const long = 'const value = compute(w, 1);\n';
  test.each([
    ['a file of 50,000 lines', 'long.ts', source + long.repeat(50_000)],
    ['one line of 1 MB', 'wide.ts', `${source}const data = "${'x'.repeat(1_000_000)}";\n`],
    ['mixed indentation', 'mixed.ts', source.replace('  return', '\treturn')],
    ['conflict markers', 'conflict.ts', `${source}<<<<<<< HEAD\nlet a = 1;\n=======\nlet a = 2;\n>>>>>>> theirs\n`],
    ['an empty file', 'empty.ts', ''],
  ])('%s: the next edit takes less than 2 s of CPU and nothing comes after large changes', async (_, name, text) => {
    const uri = await opened(name, text);
    if (text !== '') await rename(uri);
    const computed = (): number => cpuMsOf([client.process.pid!]);
    const before = computed();
    const { edits } = await ask(uri);
    expect(computed() - before).toBeLessThan(2000);
    expect(edits.map(({ range }) => range.start.line)).toEqual(['conflict.ts', 'empty.ts'].includes(name) ? [] : [1]);
    for (const edit of edits) await apply(edit);
    const { length } = client.document(uri).getText();
    await client.edit(uri, 0, 0, long.repeat(10_000));
    expect(await ask(uri)).toEqual(nothing);
    await client.edit(uri, 0, long.length * 10_000 + length, '');
    expect(await ask(uri)).toEqual(nothing);
    expect(client.process.exitCode).toBeNull();
  });

  test('a rename in one notebook cell proposes nothing in another', async () => {
    const cells = ['a', 'b'].map((cell) => `vscode-notebook-cell:${join(folder, 'n.ipynb')}#${cell}`);
    for (const uri of cells) await client.open(uri, 'typescript', source);
    await rename(cells[0]!);
    expect((await ask(cells[0]!)).edits).toHaveLength(1);
    expect(await ask(cells[1]!)).toEqual(nothing);
  });
});
