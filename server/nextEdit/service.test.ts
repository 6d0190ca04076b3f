import { describe, expect, test } from 'vitest';
import { EditorWindow, fileModel, openText } from './testing.ts';

describe('an edit', () => {
  test('is proposed at the cursor after a pause in typing, by the serving adapter, yielding to completions', async () => {
    const window = new EditorWindow();
    const adapter = { id: 'tuned', path: 'a.gguf', scale: 1 };
    window.adapter = adapter;
    window.replace('most: number', 'most = 10');
    window.script(['fetchAll(kind, most)', 'fetchAll(kind, Math.max(1, most))']);
    const offer = await window.ask('most = 10');
    expect(window.withEdit(offer)).toContain('fetchAll(kind, Math.max(1, most))');
    expect(offer.edit).toMatchObject({ id: 'edit-1', text: 'Math.max(1, most)' });
    expect(window.engine.calls[0]!.request).toMatchObject({ adapter, yields: true, deadlineMs: 8000 });
    expect(window.waits[0]).toBeGreaterThanOrEqual(250);
    expect(window.log.at(-1)).toMatch(/offered in a.ts, line 4: written \(\d+ ms, 3 tokens read/);
  });

  test('is not requested from a model that learned no edits, unless by command', async () => {
    const window = new EditorWindow();
    window.learnedEdits = false;
    window.replace('most: number', 'most = 10');
    window.script(['fetchAll(kind, most)', 'fetchAll(kind, Math.max(1, most))']);
    expect(await window.ask('most = 10')).toEqual({ edit: null, jumps: [] });
    expect(window.engine.calls).toEqual([]);
    expect(window.log.at(-1)).toContain('no adapter that learned edits serves here');
    expect(window.withEdit(await window.ask('most = 10', { invoked: true }))).toContain('Math.max(1, most)');
  });

  test.each([
    ['without an adapter that learned only completions', false],
    ['with an adapter that learned edits', true],
  ])('is requested from a base that was made for edits, %s', async (_, learnedEdits) => {
    const window = new EditorWindow();
    window.learnedEdits = learnedEdits;
    window.adapter = { id: 'tuned', path: 'a.gguf', scale: 1 };
    window.engine.model = { ...fileModel, path: '/models/sweep-next-edit-0.5b.q8_0.gguf' };
    window.replace('most: number', 'most = 10');
    window.engine.script = (call) => {
      const region = /<fileSep>current\/.*?\n([\s\S]*)\n<fileSep>updated\/a.ts:3:11\n$/.exec(call.prompt)![1]!;
      expect(region).toContain('most = 10<|cursor|>)');
      call.finish(
        // It may write the cursor marker as well.
        region.replace('fetchAll(kind, most)', 'fetchAll(kind, Math.max(1, most))'),
      );
    };
    expect(window.withEdit(await window.ask('most = 10'))).toContain('fetchAll(kind, Math.max(1, most))');
    expect(window.engine.calls[0]!.request.adapter).toEqual(learnedEdits ? window.adapter : null);
  });

  test('is requested without a wait by command, even when nothing was changed', async () => {
    const window = new EditorWindow();
    window.script(['99', '100']);
    expect(await window.ask('load(kind: ')).toEqual({ edit: null, jumps: [] });
    expect(window.engine.calls).toEqual([]);
    window.waits.length = 0;
    expect(window.withEdit(await window.ask('99', { invoked: true }))).toContain('100');
    expect(window.waits).toEqual([]);
  });

  test('stays proposed without the model while it is typed and while the cursor moves', async () => {
    const window = new EditorWindow();
    window.replace('most: number', 'most = 10');
    window.script(['kind, 1', 'kind, one']);
    const offer = await window.ask('load(kind, 1)');
    const target = window.withEdit(offer);
    expect(target).toContain('load(kind, one)');
    const calls = window.engine.calls.length;
    const at = openText.indexOf('kind, 1)') - 'most: number'.length + 'most = 10'.length + 6;
    window.edit(at, at + 1, 'o');
    const rest = await window.ask('load(kind, o');
    expect(rest.edit).toMatchObject({ id: offer.edit!.id, text: 'ne' });
    expect(window.withEdit(rest)).toBe(target);
    expect((await window.ask('import')).edit?.text).toBe('ne');
    expect(window.engine.calls).toHaveLength(calls);
  });

  test('is remembered for the same question and adapter', async () => {
    const window = new EditorWindow();
    window.replace('most: number', 'most = 10');
    window.script();
    await window.ask('most = 10');
    const calls = window.engine.calls.length;
    expect(calls).toBeGreaterThan(0);
    await window.ask('most = 10');
    expect(window.engine.calls).toHaveLength(calls);
    window.adapter = { id: 'tuned', path: 'a.gguf', scale: 1 };
    await window.ask('most = 10');
    expect(window.engine.calls.length).toBeGreaterThan(calls);
  });

  test('that was cut short is requested again only by command, without a deadline', async () => {
    const window = new EditorWindow();
    window.replace('most: number', 'most = 10');
    window.engine.script = (call) => call.finish('', { stopReason: 'deadline' });
    expect((await window.ask('most = 10')).edit).toBeNull();
    const calls = window.engine.calls.length;
    await window.ask('most = 10');
    expect(window.engine.calls).toHaveLength(calls);
    window.script(['fetchAll(kind, most)', 'fetchAll(kind, Math.max(1, most))']);
    expect(window.withEdit(await window.ask('most = 10', { invoked: true }))).toContain('Math.max(1, most)');
    expect(window.engine.calls).toHaveLength(calls + 1);
    expect(window.engine.calls.at(-1)!.request.deadlineMs).toBeUndefined();
  });
});
