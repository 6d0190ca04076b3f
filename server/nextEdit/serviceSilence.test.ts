import { describe, expect, test } from 'vitest';
import { readSettings } from '../common/settings.ts';
import { EditorWindow, fileModel, openText, openUri } from './testing.ts';

describe('nothing is proposed', () => {
  test('for a request that was superseded or cancelled', async () => {
    const window = new EditorWindow();
    window.replace('most: number', 'most = 10');
    const first = window.ask('most = 10');
    await window.engine.asked(1);
    const abort = new AbortController();
    const second = window.ask('load(kind, 1)', { signal: abort.signal });
    expect((await first).edit).toBeNull();
    expect(window.engine.calls[0]!.signal!.aborted).toBe(true);
    await window.engine.asked(2);
    abort.abort();
    expect((await second).edit).toBeNull();
    expect(window.engine.calls[1]!.signal!.aborted).toBe(true);
  });

  test.each([
    ['is closed', (window: EditorWindow) => window.close()],
    ['changes', (window: EditorWindow) => window.replace('last(kind', 'last(what')],
  ])('for a document that %s meanwhile, and the engine is stopped', async (_, then) => {
    const window = new EditorWindow();
    window.replace('most: number', 'most = 10');
    const asked = window.ask('most = 10');
    await window.engine.asked(1);
    window.close('file:///w/other.ts');
    expect(window.engine.calls[0]!.signal!.aborted).toBe(false);
    then(window);
    expect(window.engine.calls[0]!.signal!.aborted).toBe(true);
    expect(await asked).toEqual({ edit: null, jumps: [] });
  });

  test.each([
    ['next edits are off', { nextEdit: { enabled: false } }],
    ['completions are off', { completions: { enabled: false } }],
  ])('when %s, and the log says so once', async (reason, raw) => {
    const window = new EditorWindow();
    window.settings = readSettings(raw).settings;
    window.replace('most: number', 'most = 10');
    expect((await window.ask('most = 10')).edit).toBeNull();
    expect((await window.ask('most = 10', { invoked: true })).edit).toBeNull();
    expect(window.log).toEqual([`no next edit in ${openUri}: ${reason}`]);
    expect(window.engine.calls).toEqual([]);
  });

  test.each([
    ['does not know the tokens', /does not know the tokens of next edits: m.gguf/, { special: { eot: 0 } }],
    ['is too small', /too small for next edits: m.gguf/, { parameters: 8e6 }],
  ])('by a base that %s, and the log says so once', async (_, said, model) => {
    const window = new EditorWindow();
    window.engine.model = { ...fileModel, ...model };
    window.replace('most: number', 'most = 10');
    await window.ask('most = 10');
    await window.ask('load(kind, 1)');
    expect(window.log).toEqual([expect.stringMatching(said)]);
    expect(window.engine.calls).toEqual([]);
  });

  test('while the engine fails, which is reported once, and again after it worked', async () => {
    const window = new EditorWindow();
    window.failures = [];
    window.replace('most: number', 'most = 10');
    const complete = window.engine.complete.bind(window.engine);
    const fail = (): Promise<never> => Promise.reject(new Error('no memory'));
    window.engine.complete = fail;
    expect((await window.ask('most = 10')).edit).toBeNull();
    expect((await window.ask('load(kind, 1)')).edit).toBeNull();
    expect(window.failures).toEqual(['no memory']);
    window.engine.complete = complete;
    window.script(['99', '100']);
    await window.ask('99');
    window.engine.complete = fail;
    window.replace('kind, 1', 'kind, 2');
    await window.ask('kind, 2');
    expect(window.failures).toEqual(['no memory', 'no memory']);
  });

  test('from changes made before next edits were off for a while', async () => {
    const window = new EditorWindow();
    window.learnedEdits = false;
    const before = window.settings;
    window.replace('most: number', 'count: number');
    expect((await window.ask('count: number')).edit).not.toBeNull();
    window.settings = readSettings({ nextEdit: { enabled: false } }).settings;
    window.replace('return load(kind, 1)', 'const one = 1;\n  return load(kind, one)');
    window.settings = before;
    expect((await window.ask('count: number')).edit).toBeNull();
    expect(window.log.at(-1)).toMatch(/nothing was changed yet/);
  });

  test.each([
    ['a renamed function', 'load(kind: string, most', 'get(kind: string, most', /get\(kind/],
    ['deleted lines', '  return load(kind, 1)[0];\n', '', /kind, 1.*kind, 1/s],
  ])('from changes lost when their document was closed without saving: %s', async (_, what, by, shown) => {
    const window = new EditorWindow();
    window.replace(what, by);
    window.close();
    window.open(openUri, openText);
    // The person continues before anything is asked.
    window.replace('fetchAll }', 'fetchAll, fetchOne }');
    window.engine.script = (call) => call.finish('');
    expect((await window.ask('return load(kind, 1)')).edit).toBeNull();
    expect(window.engine.calls[0]!.prompt).not.toMatch(shown);
  });

  test.each([
    ['just now', -2000, false],
    ['before the last edit', -60_000, true],
  ])('from changes that came with a checkout, unless it is older: %s', async (_, movedAtMs, follows) => {
    const window = new EditorWindow();
    window.learnedEdits = false;
    window.replace('most: number', 'count: number');
    window.movedAtMs = movedAtMs;
    expect((await window.ask('count: number')).edit !== null).toBe(follows);
  });

  test.each<[string, (window: EditorWindow) => void]>([
    ['undone', (window) => window.replace('function obtain', 'function load')],
    ['closed without being saved', (window) => window.close()],
    ['replaced by a checkout', (window) => (window.movedAtMs = -2000)],
  ])('from a proposal that follows a change in another document once that was %s', async (_, takeBack) => {
    const window = new EditorWindow();
    window.learnedEdits = false;
    window.throwsAway = true;
    const other = { of: 'file:///w/b.ts' };
    window.open(other.of, "import { load } from './a';\n\nload('one', 2);\n");
    window.replace('function load', 'function obtain');
    expect((await window.ask('import', other)).edit?.text).toBe('obtain');
    expect((await window.ask("'one'", other)).edit?.text).toBe('obtain');
    takeBack(window);
    expect((await window.ask('import', other)).edit).toBeNull();
  });

  test('in another function that has a variable of the same name, once the uses of a renamed one were followed', async () => {
    const window = new EditorWindow();
    window.learnedEdits = false;
    const of = 'file:///w/c.ts';
    const body = `(text: string) {
  const head = read(text);
  if (!(head instanceof Error)) {
    await log(1);
    head.use(text);
  }
}
`;
    window.open(of, `function one${body}\nfunction two${body}`);
    window.replace('const head', 'const first', of);
    const { edit } = await window.ask('const first', { of });
    window.edit(edit!.start, edit!.end, edit!.text, of);
    window.edits.accepted(edit!.id);
    expect(window.documents.get(of)!.getText()).toMatch(/^function one.*first\..*function two.*head\./s);
    expect((await window.ask('}', { of })).edit).toBeNull();
  });

  test('beyond eight requests for a change while only the cursor moves', async () => {
    const window = new EditorWindow();
    const lines = Array.from({ length: 400 }, (_, i) => `call(${i});\n`).join('');
    window.open('file:///w/b.ts', lines);
    window.replace('call(3)', 'call(3, x)', 'file:///w/b.ts');
    window.script();
    for (let i = 10; i < 390; i += 20) await window.ask(`call(${i});`, { of: 'file:///w/b.ts' });
    expect(window.engine.calls).toHaveLength(8);
    window.replace('call(200)', 'call(200, y)', 'file:///w/b.ts');
    await window.ask('call(380);', { of: 'file:///w/b.ts' });
    expect(window.engine.calls.length).toBeGreaterThan(8);
  });
});
