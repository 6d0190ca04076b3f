import { beforeEach, expect, test, vi } from 'vitest';
import type { AdapterSummary } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { chooseAdapter, rollBack } from './source.ts';

const shown = vi.hoisted(() => ({
  buttons: [] as string[],
  answer: undefined as string | undefined,
  told: [] as string[],
  ran: [] as string[],
}));
vi.mock('vscode', () => ({
  commands: { executeCommand: async (command: string) => void shown.ran.push(command) },
  window: {
    showInformationMessage: async (text: string) => {
      shown.told.push(text);
      return shown.answer;
    },
    showWarningMessage: async (_text: string, _options: object, ...buttons: string[]) => {
      shown.buttons = buttons;
      return shown.answer;
    },
  },
}));
const measured = vi.hoisted(() => [] as string[]);
vi.mock('./share.ts', () => ({
  losses: () => '',
  measureAdapter: async (_here: unknown, id: string) => void measured.push(id),
}));

beforeEach(() => {
  shown.buttons = [];
  shown.told.length = 0;
  shown.ran.length = 0;
  measured.length = 0;
});

async function choose(kind: AdapterSummary['standing']['kind'], answer: string | undefined, otherBase?: string) {
  shown.answer = answer;
  const used: unknown[] = [];
  const adapters = [{ id: 'one', name: 'one', otherBase, standing: { kind, reason: 'may be chance' } }];
  const here = {
    inName: '',
    someAdapters: async () => adapters,
    use: async (source: unknown) => void used.push(source),
  };
  await chooseAdapter(here as unknown as FolderSession, 'one');
  return { buttons: shown.buttons, used, measured: [...measured] };
}

const anyway = [{ source: 'adapter', adapterId: 'one', force: true }];

test.each<[AdapterSummary['standing']['kind'], string | undefined, string[], unknown[], string[]]>([
  ['failed', 'Measure Again', ['Measure Again', 'Use Anyway'], [], ['one']],
  ['failed', 'Use Anyway', ['Measure Again', 'Use Anyway'], anyway, []],
  ['unmeasured', 'Measure and Use', ['Measure and Use', 'Use Anyway'], [], ['one']],
  ['unmeasurable', undefined, ['Use Anyway'], [], []],
  ['passed', undefined, [], [{ source: 'adapter', adapterId: 'one' }], []],
])('an adapter that is %s, answer %s', async (kind, answer, buttons, used, measuredIds) =>
  expect(await choose(kind, answer)).toEqual({ buttons, used, measured: measuredIds }),
);

test.each([
  ['Choose Base Model…', ['repotune.chooseModel']],
  [undefined, []],
])(
  'an adapter of a base that is not in use is neither measured nor used, and its base is offered: %s',
  async (answer, ran) => {
    expect(await choose('unmeasured', answer, 'coder')).toEqual({ buttons: [], used: [], measured: [] });
    expect(shown.told).toEqual(['one is for the base coder, which is not in use. Choose that base first.']);
    expect(shown.ran).toEqual(ran);
  },
);

test.each([
  [[{ name: 'older', active: true }], 'Rolled back: older is active again.'],
  [[{ name: 'older', active: false }], 'Rolled back: no adapter is active any more.'],
])('says what a rollback led to', async (adapters, told) => {
  const here = { name: null, inName: '', rollBack: async () => {}, adapters: async () => adapters };
  await rollBack(here as unknown as FolderSession);
  expect(shown.told).toEqual([told]);
});
