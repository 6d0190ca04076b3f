import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copilotLike } from './copilotLike.ts';
import { barsOf, chooseSureness, figuresOf, type Judged } from './figures.ts';
import { shown } from './show.ts';
import { type EditPlace, type Found, openWork } from './work.ts';

const place = (kind: EditPlace['kind'], half: EditPlace['half'] = 'report'): EditPlace => ({
  kind,
  half,
  commit: 'c',
  path: 'f',
  situation: {
    path: 'f',
    lines: ['now(a)', 'use(b)'],
    region: { from: 0, to: 2 },
    recent: [{ path: 'f', line: 0, before: ['was(a)'], after: ['now(a)'] }],
    related: [],
  },
  updated: kind === 'no-edit' ? ['now(a)', 'use(b)'] : ['now(a)', 'use(a)'],
});
const said = (answer: string[] | null, sureness = 1): Found => ({
  answer,
  silent: answer === null ? 'it did not end' : '',
  sureness,
  promptTokens: 10,
  generatedTokens: 12,
  passes: 3,
  ms: 100,
  cpuMs: 150,
});
const right = (sureness?: number): Judged => ({ place: place('edit'), found: said(['now(a)', 'use(a)'], sureness) });
const wrong = (sureness?: number): Judged => ({ place: place('edit'), found: said(['now(a)', 'use(c)'], sureness) });
const silent: Judged = { place: place('half-typed'), found: said(['now(a)', 'use(b)']) };
const kept: Judged = { place: place('no-edit'), found: said(['now(a)', 'use(b)']) };
const meddling = (sureness?: number): Judged => ({ place: place('no-edit'), found: said(['x'], sureness) });
const undoing: Judged = { place: place('edit'), found: said(['was(a)', 'use(b)']) };

it('counts shown, right, silent and reverting answers by place', () => {
  const figures = figuresOf([right(0.9), right(0.1), wrong(0.9), silent, kept, meddling(0.2), undoing], 0.5);
  expect(figures).toMatchObject({
    places: 7,
    changes: 5,
    exact: 2,
    exactShare: 0.4,
    exactEdits: 0.5,
    exactHalfTyped: 0,
    shown: 3,
    shownRight: 1,
    noEditPrecision: 1,
    reversal: 1 / 3,
    p50Ms: 100,
    p50CpuMs: 150,
    tokensPerPass: 4,
  });
  expect(figuresOf([meddling(0.2), kept], 0.1).noEditPrecision).toBe(0.5);
});

it('the threshold rises where too few shown edits are right, or edits are shown where none is due', () => {
  expect(chooseSureness([right(0.9), right(0.8), wrong(0.7), wrong(0.6), wrong(0.5), kept])).toBe(0.8);
  expect(chooseSureness([right(0.9), wrong(0.8), right(0.7), kept])).toBe(0.7);
  expect(chooseSureness([right(0.9), right(0.5), meddling(0.6), kept])).toBe(0.9);
  expect(chooseSureness([wrong(0.9)])).toBeGreaterThan(1);
});

it('bars rate the tuned adapter, and compare it with the other arms that were measured', () => {
  const tuned = figuresOf([right(), right(), right(), wrong(), kept], 0);
  const base = figuresOf([right(), wrong(), wrong(), wrong(), kept], 0);
  const never = figuresOf([wrong(), wrong(), wrong(), wrong(), kept], 0);
  const values = (bars: ReturnType<typeof barsOf>) => Object.fromEntries(bars.map(({ name, value }) => [name, value]));
  expect(values(barsOf({ tuned, base, repeat: never }))).toEqual({
    'exact-over-repeat-last-change': 3,
    'exact-tuned-over-base': 3,
    'shown-right-percent': 75,
    'reversal-percent': 0,
    'no-edit-precision-percent': 100,
    'p50-ms-two-cores': 100,
    'tokens-per-pass': 4,
  });
  expect(Object.keys(values(barsOf({ tuned })))).not.toContain('exact-tuned-over-base');
  expect(barsOf({ base })).toEqual([]);
});

it('shows each place with its own answers, although the tuned arm has more places', () => {
  const [calibration, report] = [place('edit', 'calibration'), place('edit')];
  const judged = new Map([
    ['base' as const, [{ place: report, found: said(['now(a)', 'base()']) }]],
    [
      'tuned' as const,
      [
        { place: calibration, found: said(['now(a)', 'elsewhere()']) },
        { place: report, found: said(['now(a)', 'tuned()']) },
      ],
    ],
  ]);
  const [first, second] = shown(judged, 9).split('--- ').slice(1);
  expect(first).toContain('tuned: + elsewhere()');
  expect(first).not.toContain('base');
  expect(second).toMatch(/base: \+ base\(\)[\s\S]*tuned: \+ tuned\(\)/);
});

it('keeps answers line by line, and drops a line that a kill cut short', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-next-edit-'));
  const work = openWork(folder);
  await work.keepPlaces([place('edit')]);
  work.add('tuned', said(['a']));
  appendFileSync(join(folder, 'tuned.jsonl'), '{"answer":["b"');
  expect(openWork(folder).found('tuned')).toEqual([said(['a'])]);
  work.add('tuned', said(null));
  expect(work.found('tuned')).toEqual([said(['a']), said(null)]);
  expect(work.places()).toEqual([place('edit')]);
  rmSync(folder, { recursive: true });
});

it('the chat layout shows recent changes as diffs, and the code to edit between its tags', () => {
  const { prompt, answerOf } = copilotLike(place('edit').situation);
  const [part] = prompt;
  const text = part !== undefined && 'text' in part ? part.text : '';
  expect(text).toContain('-was(a)\n+now(a)\n');
  expect(text).toContain('<|code_to_edit|>\nnow(a)\nuse(b)\n<|/code_to_edit|>');
  expect(answerOf('now(a)\nuse(a)\n')).toEqual(['now(a)', 'use(a)']);
});
