import { describe, expect, test, vi } from 'vitest';
import { EditorWindow, openText, openUri } from './testing.ts';

describe('an earlier change', () => {
  const other = 'file:///w/b.ts';
  const between = Array.from({ length: 12 }, (_, i) => `const n${i} = ${i};`).join('\n');
  const afterTwoAlike = (): EditorWindow => {
    const window = new EditorWindow();
    window.learnedEdits = false;
    window.open(other, `found.at(0);\n${between}\nothers.at(1);\n`);
    window.replace('found.at', 'found.get', other);
    window.replace('others.at', 'others.get', other);
    return window;
  };

  test('is repeated without a model, after a longer pause', async () => {
    const window = afterTwoAlike();
    const offer = await window.ask('.at(-1)');
    expect(window.withEdit(offer)).toContain('load(kind, 99).get(-1)');
    expect(window.engine.calls).toEqual([]);
    expect(window.waits.at(-1)).toBeGreaterThanOrEqual(600);
    expect(window.log.at(-1)).toContain('done once more');
  });

  test('is repeated when no model can be loaded', async () => {
    const window = afterTwoAlike();
    window.learnedEdits = true;
    const load = vi.fn(() => Promise.reject(new Error('no such file')));
    window.engine.load = load;
    // A change made once is likely to be repeated, but not sure.
    window.replace('others.get', 'others.at', other);
    expect(window.withEdit(await window.ask('.at(-1)'))).toContain('load(kind, 99).get(-1)');
    expect(load).toHaveBeenCalled();
  });

  test.each([
    ['repeated when it passed something else to two calls in another file', ['load(kind, 1', 'load(kind, 2'], true],
    ['not repeated when these follow the rename of a variable', ['f(kind', 'load(kind, 1', 'load(kind, 2'], false],
  ] as const)('is %s', async (_, uses, isRepeated) => {
    const window = new EditorWindow();
    window.learnedEdits = false;
    window.open(
      other,
      `function f(kind: string) {\n${between}\n  return load(kind, 1);\n${between}\n  return load(kind, 2);\n}\n`,
    );
    for (const use of uses) window.replace(use, use.replace('kind', 'sort'), other);
    const offered = window.withEdit(await window.ask('load(kind, 99)'));
    expect(offered?.includes('load(sort, 99)') ?? false).toBe(isRepeated);
  });

  test('is not repeated where it was refused', async () => {
    const window = afterTwoAlike();
    window.edits.rejected((await window.ask('.at(-1)')).edit!.id);
    expect((await window.ask('.at(-1)')).edit).toBeNull();
  });

  test('is not repeated in a region that holds a part of a refused edit', async () => {
    const window = afterTwoAlike();
    window.open(openUri, 'const one = await first.at(1) + x * y;\n\n\n\nif (a && b) return two.at(2);\n\n\n\n\n');
    const refused = await window.ask('const one');
    expect(window.withEdit(refused)).toContain('two.get(2)');
    window.edits.rejected(refused.edit!.id);
    expect((await window.ask('if (a')).edit).toBeNull();
  });
});

describe('a renamed parameter', () => {
  test('is followed in the body without the model, and elsewhere by the model', async () => {
    const window = new EditorWindow();
    window.replace('load(kind', 'load(sort');
    window.script();
    const offer = await window.ask('load(sort');
    expect(window.withEdit(offer)).toContain('fetchAll(sort, most)');
    expect(window.engine.calls).toEqual([]);
    window.accept(offer);
    expect(await window.ask('load(sort')).toEqual({ edit: null, jumps: [] });
    expect(window.engine.calls.length).toBeGreaterThan(0);
    expect(window.edits.counters).toMatchObject({ accepted: 1 });
  });

  test('is followed to its end where its uses are far apart', async () => {
    const window = new EditorWindow();
    window.learnedEdits = false;
    const text = `function f(width) {\n${`  g(width);\n${'\n'.repeat(12)}`.repeat(16)}}\n`;
    window.edit(0, openText.length, text);
    window.replace('f(width', 'f(size');
    for (let uses = 0; uses < 16; uses++) {
      const offer = await window.ask('f(size', { languageId: 'javascript' });
      if (offer.edit === null) break;
      window.accept(offer);
    }
    expect(window.documents.get(openUri)!.getText()).toBe(text.replaceAll('width', 'size'));
  });

  test('is not followed where that was undone or refused', async () => {
    const window = new EditorWindow();
    window.replace('load(kind', 'load(sort');
    window.script();
    const offer = await window.ask('load(sort');
    window.accept(offer);
    window.replace('fetchAll(sort', 'fetchAll(kind');
    expect((await window.ask('load(sort')).edit).toBeNull();
    window.replace('first(kind', 'first(what');
    const other = await window.ask('first(what');
    expect(window.withEdit(other)).toContain('load(what, 1)');
    window.edits.rejected(other.edit!.id);
    expect((await window.ask('first(what')).edit).toBeNull();
  });
});

test('an edit is proposed at another place of the file where the last change may be repeated', async () => {
  const window = new EditorWindow();
  window.replace('load(kind: string, most: number)', 'load(most: number, kind: string)');
  window.script(['load(kind, 99)', 'load(99, kind)']);
  const offer = await window.ask('load(most');
  expect(window.withEdit(offer)).toContain('load(99, kind)');
  expect(window.engine.calls.length).toBeGreaterThan(1);
});

describe('nothing is proposed', () => {
  test('after 20 s on a machine that is too busy, and the log says so', async () => {
    const window = new EditorWindow();
    const late = new AbortController();
    vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(late.signal);
    window.replace('most: number', 'most = 10');
    const asked = window.ask('most = 10');
    await window.engine.asked(1);
    late.abort();
    expect((await asked).edit).toBeNull();
    expect(window.engine.calls).toHaveLength(1);
    expect(window.log.at(-1)).toMatch(/more than 20 s/);
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
    const window = new EditorWindow();
    window.open('file:///w/b.ts', text);
    window.replace('let a', 'let c', 'file:///w/b.ts');
    window.engine.script = (call) => call.finish('other\n');
    expect((await window.ask(at.replace('let a', 'let c'), { of: 'file:///w/b.ts' })).edit).toBeNull();
    expect(window.log.at(-1)).toMatch(reason);
  });

  test.each(['.env', 'kept-out/.env.ts'])(
    'from text typed in %s, which is kept out, and the model does not see it',
    async (path) => {
      const window = new EditorWindow();
      const env = `file:///w/${path}`;
      window.open(env, 'DB_PASSWORD=ocean-view\n');
      window.open('file:///w/compose.yml', 'environment:\n  - DB_PASSWORD=ocean-view\n  - DB_USER=app\n');
      window.replace('ocean-view', 'mountain-lake', env);
      window.engine.script = (call) => call.finish('');
      const asked = { of: 'file:///w/compose.yml', languageId: 'yaml' };
      expect(await window.ask('DB_PASSWORD', asked)).toEqual({ edit: null, jumps: [] });
      expect((await window.ask('DB_PASSWORD', { ...asked, invoked: true })).edit).toBeNull();
      expect(window.engine.calls[0]!.prompt).not.toContain('mountain');
    },
  );

  test.each(['config/secrets.yaml', 'prod.tfvars'])(
    'from text typed in %s, a file of secrets, and the model does not see it',
    async (path) => {
      const window = new EditorWindow();
      const secrets = `file:///w/${path}`;
      window.open(secrets, 'front: ocean-view\n');
      window.open('file:///w/compose.yml', 'rooms:\n  front: ocean-view\n  back: garden\n');
      window.replace('ocean-view', 'mountain-lake', secrets);
      window.engine.script = (call) => call.finish('');
      const asked = { of: 'file:///w/compose.yml', languageId: 'yaml' };
      expect(await window.ask('front', asked)).toEqual({ edit: null, jumps: [] });
      expect((await window.ask('front', { ...asked, invoked: true })).edit).toBeNull();
      expect(window.engine.calls[0]!.prompt).not.toContain('mountain');
    },
  );

  test('in other files from what is changed in one that is kept out, and nothing is listed', async () => {
    const window = new EditorWindow();
    window.learnedEdits = false;
    window.closed = ['closed.ts'];
    const uri = 'file:///w/kept-out/a.ts';
    window.open(uri, 'export function area(a: number) {\n  return a;\n}\nexport const b = area(1);\n');
    window.open('file:///w/b.ts', "import { area } from './kept-out/a';\nexport const c = area(1);\n");
    window.replace('area', 'size', uri);
    expect((await window.ask('size', { of: uri })).edit).not.toBeNull();
    window.replace('area', 'size', uri);
    expect(await window.ask('size', { of: uri })).toEqual({ edit: null, jumps: [] });
    expect(await window.ask('area', { of: 'file:///w/b.ts' })).toEqual({ edit: null, jumps: [] });
  });

  test('when everything was deleted', async () => {
    const window = new EditorWindow();
    window.edit(0, openText.length, '\n');
    expect((await window.ask('', { invoked: true })).edit).toBeNull();
    expect(window.log.at(-1)).toMatch(/nothing in the document/);
    expect(window.engine.calls).toEqual([]);
  });
});
