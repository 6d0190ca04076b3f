import { once } from 'node:events';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { messageOf } from '../common/messageOf.ts';
import { readSettings } from '../common/settings.ts';
import { Debounce } from '../completion/debounce.ts';
import { EngineHost } from '../completion/host.ts';
import type { Paces } from '../completion/pace.ts';
import { lineEditOf } from '../edits/lineEdit.ts';
import { Turns } from '../engine/turns.ts';
import type { AdapterRef } from '../engine/types.ts';
import type { NextEditDiagnostic } from '../protocol/index.ts';
import type { NextEditOffer } from './question.ts';
import { NextEdits } from './service.ts';
import { fileModel, ScriptedEngine } from './testing.ts';
import { appliedTo } from './textEdit.ts';

const uri = 'file:///w/a.ts';
const file = `import { fetchAll } from './fetch';

export function load(kind: string, most: number) {
  return fetchAll(kind, most);
}

export function first(kind: string) {
  return load(kind, 1)[0];
}

export function last(kind: string) {
  return load(kind, 99).at(-1);
}
`;

/** Of what is found in files that are not open. */
const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 4 } };

let engine: ScriptedEngine;
let edits: NextEdits;
let adapter: AdapterRef | null;
let learnedEdits: boolean;
let settings = readSettings({}).settings;
let documents: Map<string, TextDocument>;
let log: string[];
let closed: string[];
let failures: string[] | null;
let waits: number[];
let nowMs: number;
let debounce: Debounce;

beforeEach(() => {
  engine = new ScriptedEngine();
  adapter = null;
  learnedEdits = true;
  settings = readSettings({}).settings;
  documents = new Map();
  log = [];
  closed = [];
  failures = null;
  waits = [];
  nowMs = 0;
  debounce = new Debounce({ mostMs: 400 });
  edits = new NextEdits({
    host: new EngineHost({
      createEngine: () => engine,
      contextTokens: async () => 2048,
      onStatus: () => {},
      nowMs: () => nowMs,
    }),
    debounce,
    turns: new Turns(),
    paces: { of: async () => ({ readMs: 0.1, writeMs: 1 }), learn: async () => {} } as unknown as Paces,
    settings: () => settings,
    modelPath: () => 'm.gguf',
    place: (of) => ({ folder: '/w', path: of.replace('file:///w/', '') }),
    served: async () => ({ adapter, learnedEdits }),
    disabled: () => (settings.completions.enabled ? null : 'completions are off'),
    documentText: (of) => documents.get(of)?.getText(),
    wait: async (ms, signal) => {
      waits.push(ms);
      // What is waited for is there at once, or never.
      if (ms >= 3000) await once(signal, 'abort');
    },
    nowMs: () => nowMs,
    isOpened: () => true,
    usesOnDisk: async () => closed.map((path) => ({ path, range })),
    uriOf: (folder, path) => `file://${folder}/${path}`,
    onBattery: () => false,
    onCpuTime: () => {},
    log: (line) => log.push(line),
    onError: (error) => {
      if (failures === null) throw error;
      failures.push(messageOf(error));
    },
  });
  open(uri, file);
});

function open(of: string, text: string): void {
  documents.set(of, TextDocument.create(of, 'typescript', 1, text));
  edits.opened(of);
}

/** As a client tells it. */
function replace(what: string, by: string, of = uri): void {
  const document = documents.get(of)!;
  const at = document.getText().indexOf(what);
  edit(at, at + what.length, by, of);
}

function edit(start: number, end: number, text: string, of = uri): void {
  const document = documents.get(of)!;
  const change = { range: { start: document.positionAt(start), end: document.positionAt(end) }, text };
  debounce.key(nowMs);
  edits.changing(of, () => lineEditOf(document, change));
  TextDocument.update(document, [change], document.version + 1);
}

function ask(
  at: string,
  {
    invoked = false,
    signal = new AbortController().signal,
    of = uri,
    diagnostics = [] as NextEditDiagnostic[],
    languageId = 'typescript',
  } = {},
): Promise<NextEditOffer> {
  const document = documents.get(of)!;
  const text = document.getText();
  const { line } = document.positionAt(text.indexOf(at));
  return edits.ask({ uri: of, languageId, text, line, invoked, diagnostics }, signal);
}

/** The document with the edit in it. */
const withEdit = ({ edit: offered }: NextEditOffer): string | null =>
  offered === null ? null : appliedTo(documents.get(uri)!.getText(), offered);

function accept({ edit: offered }: NextEditOffer): void {
  edit(offered!.start, offered!.end, offered!.text);
  edits.accepted(offered!.id);
}

/** The model writes the region with every one of these in it replaced. */
function script(...pairs: readonly (readonly [string, string])[]): void {
  engine.script = (call) => {
    const region = /.*original:\n([\s\S]*?)updated:\n$/s.exec(call.prompt)![1]!;
    call.finish(pairs.reduce((text, [from, to]) => text.replaceAll(from, to), region));
  };
}

describe('an edit', () => {
  test('is proposed around the cursor once typing pauses, with the adapter that serves, behind completions', async () => {
    adapter = { id: 'tuned', path: 'a.gguf', scale: 1 };
    replace('most: number', 'most = 10');
    script(['fetchAll(kind, most)', 'fetchAll(kind, Math.max(1, most))']);
    const offer = await ask('most = 10');
    expect(withEdit(offer)).toContain('fetchAll(kind, Math.max(1, most))');
    expect(offer.edit).toMatchObject({ id: 'edit-1', text: 'Math.max(1, most)' });
    expect(engine.calls[0]!.request).toMatchObject({ adapter, yields: true, deadlineMs: 8000 });
    expect(waits[0]).toBeGreaterThanOrEqual(250);
    expect(log.at(-1)).toMatch(/offered in a.ts, line 4: written \(\d+ ms, 3 tokens read/);
  });

  test('is not asked of a model that learned none, unless by a command', async () => {
    learnedEdits = false;
    replace('most: number', 'most = 10');
    script(['fetchAll(kind, most)', 'fetchAll(kind, Math.max(1, most))']);
    expect(await ask('most = 10')).toEqual({ edit: null, jumps: [] });
    expect(engine.calls).toEqual([]);
    expect(log.at(-1)).toContain('no adapter that learned edits serves here');
    expect(withEdit(await ask('most = 10', { invoked: true }))).toContain('Math.max(1, most)');
  });

  test('is asked for without a wait by a command, also where nothing was changed', async () => {
    script(['99', '100']);
    expect(await ask('load(kind: ')).toEqual({ edit: null, jumps: [] });
    expect(engine.calls).toEqual([]);
    waits = [];
    expect(withEdit(await ask('99', { invoked: true }))).toContain('100');
    expect(waits).toEqual([]);
  });

  test('stays proposed while it is typed, and while the cursor moves, without the model', async () => {
    replace('most: number', 'most = 10');
    script(['kind, 1', 'kind, one']);
    const offer = await ask('load(kind, 1)');
    const target = withEdit(offer);
    expect(target).toContain('load(kind, one)');
    const calls = engine.calls.length;
    const at = file.indexOf('kind, 1)') - 'most: number'.length + 'most = 10'.length + 6;
    edit(at, at + 1, 'o');
    const rest = await ask('load(kind, o');
    expect(rest.edit).toMatchObject({ id: offer.edit!.id, text: 'ne' });
    expect(withEdit(rest)).toBe(target);
    expect((await ask('import')).edit?.text).toBe('ne');
    expect(engine.calls).toHaveLength(calls);
  });

  test('of the same question is known', async () => {
    replace('most: number', 'most = 10');
    script();
    await ask('most = 10');
    const calls = engine.calls.length;
    expect(calls).toBeGreaterThan(0);
    await ask('most = 10');
    expect(engine.calls).toHaveLength(calls);
    adapter = { id: 'tuned', path: 'a.gguf', scale: 1 };
    await ask('most = 10');
    expect(engine.calls.length).toBeGreaterThan(calls);
  });

  test('comes from another place of the file where the last change may be repeated', async () => {
    replace('load(kind: string, most: number)', 'load(most: number, kind: string)');
    script(['load(kind, 99)', 'load(99, kind)']);
    const offer = await ask('load(most');
    expect(withEdit(offer)).toContain('load(99, kind)');
    expect(engine.calls.length).toBeGreaterThan(1);
  });
});

describe('what was done before', () => {
  const other = 'file:///w/b.ts';
  const between = Array.from({ length: 12 }, (_, i) => `const n${i} = ${i};`).join('\n');
  beforeEach(() => {
    learnedEdits = false;
    open(other, `found.at(0);\n${between}\nothers.at(1);\n`);
    replace('found.at', 'found.get', other);
    replace('others.at', 'others.get', other);
  });

  test('is done once more without a model, once the person pauses', async () => {
    const offer = await ask('.at(-1)');
    expect(withEdit(offer)).toContain('load(kind, 99).get(-1)');
    expect(engine.calls).toEqual([]);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(600);
    expect(log.at(-1)).toContain('done once more');
  });

  test('is also where no model can be loaded', async () => {
    learnedEdits = true;
    const load = vi.fn(() => Promise.reject(new Error('no such file')));
    engine.load = load;
    // What was done once is likely, and not sure.
    replace('others.get', 'others.at', other);
    expect(withEdit(await ask('.at(-1)'))).toContain('load(kind, 99).get(-1)');
    expect(load).toHaveBeenCalled();
  });

  test('is not where a variable of another file got another name, however often it was followed there', async () => {
    const third = 'file:///w/c.ts';
    open(third, `function f(kind: string) {\n${between}\n  g(kind);\n${between}\n  h(kind);\n}\n`);
    for (const use of ['f(kind', 'g(kind', 'h(kind']) replace(use, use.replace('kind', 'sort'), third);
    expect(withEdit(await ask('load(kind, 99)'))).not.toContain('sort');
  });

  test('is not where it was refused', async () => {
    edits.rejected((await ask('.at(-1)')).edit!.id);
    expect((await ask('.at(-1)')).edit).toBeNull();
  });

  test('is not where it was refused, when the cursor moves on and the region holds a part of it', async () => {
    open(uri, 'const one = await first.at(1) + x * y;\n\n\n\nif (a && b) return two.at(2);\n\n\n\n\n');
    const refused = await ask('const one');
    expect(withEdit(refused)).toContain('two.get(2)');
    edits.rejected(refused.edit!.id);
    expect((await ask('if (a')).edit).toBeNull();
  });
});

describe('a renamed parameter', () => {
  test('is renamed in the body at once, and by the model elsewhere, one place after the other', async () => {
    replace('load(kind', 'load(sort');
    script();
    const offer = await ask('load(sort');
    expect(withEdit(offer)).toContain('fetchAll(sort, most)');
    expect(engine.calls).toEqual([]);
    accept(offer);
    expect(await ask('load(sort')).toEqual({ edit: null, jumps: [] });
    expect(engine.calls.length).toBeGreaterThan(0);
    expect(edits.counters).toMatchObject({ accepted: 1 });
  });

  test('is not renamed where that was undone, or refused', async () => {
    replace('load(kind', 'load(sort');
    script();
    const offer = await ask('load(sort');
    accept(offer);
    replace('fetchAll(sort', 'fetchAll(kind');
    expect((await ask('load(sort')).edit).toBeNull();
    replace('first(kind', 'first(what');
    const other = await ask('first(what');
    expect(withEdit(other)).toContain('load(what, 1)');
    edits.rejected(other.edit!.id);
    expect((await ask('first(what')).edit).toBeNull();
  });
});

describe('nothing is proposed', () => {
  test('to a question that a newer one overtook, or that was taken back', async () => {
    replace('most: number', 'most = 10');
    const first = ask('most = 10');
    while (engine.calls.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    const abort = new AbortController();
    const second = ask('load(kind, 1)', { signal: abort.signal });
    expect((await first).edit).toBeNull();
    expect(engine.calls[0]!.signal!.aborted).toBe(true);
    while (engine.calls.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    abort.abort();
    expect((await second).edit).toBeNull();
    expect(engine.calls[1]!.signal!.aborted).toBe(true);
  });

  test.each([
    ['is closed', () => edits.closed(uri)],
    ['goes on', () => replace('last(kind', 'last(what')],
  ])('about a document that %s, and no more is written', async (_, then) => {
    replace('most: number', 'most = 10');
    const asked = ask('most = 10');
    while (engine.calls.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    edits.closed('file:///w/other.ts');
    expect(engine.calls[0]!.signal!.aborted).toBe(false);
    then();
    expect(engine.calls[0]!.signal!.aborted).toBe(true);
    expect(await asked).toEqual({ edit: null, jumps: [] });
  });

  test('by a machine that is too busy, and the log says so', async () => {
    const late = new AbortController();
    vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(late.signal);
    replace('most: number', 'most = 10');
    const asked = ask('most = 10');
    while (engine.calls.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    late.abort();
    expect((await asked).edit).toBeNull();
    expect(engine.calls).toHaveLength(1);
    expect(log.at(-1)).toMatch(/more than 20 s/);
  });

  test.each([
    ['next edits are off', { nextEdit: { enabled: false } }],
    ['completions are off', { completions: { enabled: false } }],
  ])('where %s, and that is said once', async (reason, raw) => {
    settings = readSettings(raw).settings;
    replace('most: number', 'most = 10');
    expect((await ask('most = 10')).edit).toBeNull();
    expect((await ask('most = 10', { invoked: true })).edit).toBeNull();
    expect(log).toEqual([`no next edit in ${uri}: ${reason}`]);
    expect(engine.calls).toEqual([]);
  });

  test.each([
    ['does not know the tokens', /does not know the tokens of next edits: m.gguf/, { special: { eot: 0 } }],
    ['is too small', /too small for next edits: m.gguf/, { parameters: 8e6 }],
  ])('by a base that %s, and that is said once', async (_, said, model) => {
    engine.model = { ...fileModel, ...model };
    replace('most: number', 'most = 10');
    await ask('most = 10');
    await ask('load(kind, 1)');
    expect(log).toEqual([expect.stringMatching(said)]);
    expect(engine.calls).toEqual([]);
  });

  test.each([
    [
      'a merge conflict',
      '<<<<<<< HEAD\nlet a = 1;\n=======\nlet a = 2;\n>>>>>>> theirs\n',
      'let a = 1',
      /merge conflict/,
    ],
    ['a line of 1 MB', `let a = 1;\nlet b = "${'x'.repeat(1_000_000)}";\n`, 'let a = 1', /too long/],
  ])('in a file with %s', async (_, text, at, reason) => {
    open('file:///w/b.ts', text);
    replace('let a', 'let c', 'file:///w/b.ts');
    engine.script = (call) => call.finish('other\n');
    expect((await ask(at.replace('let a', 'let c'), { of: 'file:///w/b.ts' })).edit).toBeNull();
    expect(log.at(-1)).toMatch(reason);
  });

  test('while the engine fails, which is told once, and again when it had been well', async () => {
    failures = [];
    replace('most: number', 'most = 10');
    const complete = engine.complete.bind(engine);
    const fail = (): Promise<never> => Promise.reject(new Error('no memory'));
    engine.complete = fail;
    expect((await ask('most = 10')).edit).toBeNull();
    expect((await ask('load(kind, 1)')).edit).toBeNull();
    expect(failures).toEqual(['no memory']);
    engine.complete = complete;
    script(['99', '100']);
    await ask('99');
    engine.complete = fail;
    replace('kind, 1', 'kind, 2');
    await ask('kind, 2');
    expect(failures).toEqual(['no memory', 'no memory']);
  });

  test('where everything was deleted', async () => {
    edit(0, file.length, '\n');
    expect((await ask('', { invoked: true })).edit).toBeNull();
    expect(log.at(-1)).toMatch(/nothing in the document/);
    expect(engine.calls).toEqual([]);
  });

  test('without end by who looks around: a change is worth so many questions', async () => {
    const lines = Array.from({ length: 400 }, (_, i) => `call(${i});\n`).join('');
    open('file:///w/b.ts', lines);
    replace('call(3)', 'call(3, x)', 'file:///w/b.ts');
    script();
    for (let i = 10; i < 390; i += 20) await ask(`call(${i});`, { of: 'file:///w/b.ts' });
    expect(engine.calls).toHaveLength(8);
    replace('call(200)', 'call(200, y)', 'file:///w/b.ts');
    await ask('call(380);', { of: 'file:///w/b.ts' });
    expect(engine.calls.length).toBeGreaterThan(8);
  });
});

test('places in other open documents are told where the document itself has none', async () => {
  open('file:///w/uses.ts', 'import { load } from "./a";\nload("x", 1);\n');
  open('file:///w/other.ts', 'const x = 1;\n');
  replace('function load(kind: string, most: number)', 'function load(kind: string)');
  script();
  const { edit: none, jumps } = await ask('load(kind: string)');
  expect(none).toBeNull();
  expect(jumps).toMatchObject([{ uri: 'file:///w/uses.ts', range: { start: { line: 1, character: 0 } } }]);
});

describe('places in files that are not open', () => {
  const paths = ({ jumps }: NextEditOffer): string[] => jumps.map((jump) => `${jump.uri}:${jump.range.start.line}`);
  beforeEach(() => {
    closed = ['uses.ts', 'far/closed.ts'];
    open('file:///w/uses.ts', 'import { load } from "./a";\nload("x", 1);\n');
    replace('function load(', 'function loadAll(');
    replace('return load(kind, 1)', 'return loadAll(kind, 1)');
    replace('return load(kind, 99)', 'return loadAll(kind, 99)');
    learnedEdits = false;
  });

  test('come behind those in open documents, once a name stands', async () => {
    expect(paths(await ask('loadAll('))).toEqual([
      'file:///w/uses.ts:0',
      'file:///w/uses.ts:1',
      'file:///w/far/closed.ts:1',
    ]);
    expect(waits.at(-2)).toBeGreaterThanOrEqual(600);
  });

  test('go on being told while one place after the other is followed', async () => {
    const { edit: offered } = await ask('load', { of: 'file:///w/uses.ts' });
    edit(offered!.start, offered!.end, offered!.text, 'file:///w/uses.ts');
    const { edit: next } = await ask('load', { of: 'file:///w/uses.ts' });
    edit(next!.start, next!.end, next!.text, 'file:///w/uses.ts');
    expect(paths(await ask('loadAll', { of: 'file:///w/uses.ts' }))).toEqual(['file:///w/far/closed.ts:1']);
  });
});

describe('errors that a language found since', () => {
  const boxes = `class Box {
  area(w: number) {
    return w;
  }
}
const box = new Box();
const one = box.area(1);
const two = box.area(2) + box.other.area;
`;
  const error = (line: number, from: number, to: number, severity: 1 | 2 | 3 = 1): NextEditDiagnostic => ({
    range: { start: { line, character: from }, end: { line, character: to } },
    message: "Property 'area' does not exist on type 'Box'.",
    severity,
  });
  beforeEach(() => {
    learnedEdits = false;
    open(uri, boxes);
    replace('area(w', 'surface(w');
  });

  test('lead to the old name of a method', async () => {
    const diagnostics = [error(6, 16, 20), error(7, 16, 20)];
    const first = await ask('surface', { diagnostics });
    expect(withEdit(first)).toBe(boxes.replace('area(w', 'surface(w').replace('box.area(1)', 'box.surface(1)'));
    accept(first);
    const second = await ask('surface', { diagnostics });
    expect(withEdit(second)).toContain('const two = box.surface(2) + box.other.area;');
    accept(second);
    expect((await ask('surface', { diagnostics })).edit).toBeNull();
  });

  test.each<[string, NextEditDiagnostic[]]>([
    ['none', []],
    ['a hint', [error(6, 16, 20, 3)]],
    ['one at another name', [error(6, 12, 15)]],
    ['one of a text that went on', [error(6, 15, 18)]],
    ['one with the name twice in it', [error(7, 0, 40)]],
    ['one behind the end', [error(99, 0, 4)]],
    ['one of another document', [{ ...error(6, 16, 20), uri: 'file:///w/b.ts' }]],
  ])('but not %s', async (_, diagnostics) => {
    expect((await ask('surface', { diagnostics })).edit).toBeNull();
  });

  test('not what was refused', async () => {
    const diagnostics = [error(6, 16, 20)];
    edits.rejected((await ask('surface', { diagnostics })).edit!.id);
    expect((await ask('surface', { diagnostics })).edit).toBeNull();
  });

  test('not where the new name of a variable is taken', async () => {
    open(uri, 'function f(w: number, h: number) {\n  return w * h;\n}\n');
    replace('f(w:', 'f(h:');
    expect(
      (await ask('f(h', { diagnostics: [{ ...error(1, 9, 10), message: "Cannot find name 'w'." }] })).edit,
    ).toBeNull();
  });

  test('lead to the old name of a method in Python', async () => {
    const python = 'class Box:\n    def area(self):\n        return self.w\n\none = Box().area()\n';
    open('file:///w/a.py', python);
    replace('def area', 'def surface', 'file:///w/a.py');
    const { edit: offered } = await ask('def', {
      of: 'file:///w/a.py',
      diagnostics: [error(4, 12, 16)],
      languageId: 'python',
    });
    expect(offered).toMatchObject({ text: 'surface', start: python.indexOf('area()') + 3 });
  });

  test('in other documents are places in the list', async () => {
    const there = { ...error(3, 4, 8), uri: 'file:///w/uses.ts' };
    const { jumps } = await ask('surface', { diagnostics: [there, { ...there, message: 'Something else.' }] });
    expect(jumps).toEqual([{ uri: there.uri, range: there.range, reason: there.message }]);
  });

  test('lead there in another document too', async () => {
    open('file:///w/uses.ts', 'const box = make();\nbox.area(1);\n');
    const diagnostics = [error(1, 4, 8)];
    const { edit: offered } = await ask('box', { of: 'file:///w/uses.ts', diagnostics });
    expect(offered).toMatchObject({ text: 'surface' });
  });

  test('are where the model is asked next', async () => {
    learnedEdits = true;
    open(uri, `${boxes}${'let x = 1;\n'.repeat(30)}let y: string = one;\n`);
    replace('const box = ', 'const crate = ');
    script(['let y: string = one', 'let y: number = one']);
    const wrong = { range: { start: { line: 38, character: 4 }, end: { line: 38, character: 5 } }, message: 'Type.' };
    engine.calls.length = 0;
    const offer = await ask('const crate', { diagnostics: [wrong] });
    expect(withEdit(offer)).toContain('let y: number = one');
  });
});

test.each([
  ['a file of 50,000 lines', Array.from({ length: 50_000 }, (_, i) => `let value${i} = call(w, ${i});\n`).join('')],
  ['a paste of 10,000 lines', 'let a = call(w);\n'],
])('%s costs a key next to nothing, and an answer little', async (_, text) => {
  const big = 'file:///w/big.ts';
  open(big, text);
  if (text.length < 100) replace('let a', 'let value = call(w);\n'.repeat(10_000), big);
  script();
  const document = documents.get(big)!;
  const place = document.positionAt(4);
  const taken = Array.from({ length: 21 }, () => {
    const change = { range: { start: place, end: place }, text: 'x' };
    const started = performance.now();
    edits.changing(big, () => lineEditOf(document, change));
    const ms = performance.now() - started;
    TextDocument.update(document, [change], document.version + 1);
    return ms;
  });
  expect(taken.sort((a, b) => a - b)[10]).toBeLessThan(1);
  const asked = performance.now();
  await ask('let', { of: big });
  expect(performance.now() - asked).toBeLessThan(2000);
});
