import { beforeEach, expect, test, vi } from 'vitest';
import type { AdapterSummary } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { chooseAdapter } from './source.ts';

const shown = vi.hoisted(() => ({ buttons: [] as string[], answer: undefined as string | undefined }));
vi.mock('vscode', () => ({
  window: {
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
  measured.length = 0;
});

async function choose(kind: AdapterSummary['standing']['kind'], answer: string | undefined) {
  shown.answer = answer;
  const used: unknown[] = [];
  const adapters = [{ id: 'one', name: 'one', standing: { kind, reason: 'may be chance' } }];
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
