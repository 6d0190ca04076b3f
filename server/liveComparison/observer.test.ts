import { expect, test } from 'vitest';
import type { Arm, ArmCounts } from '../protocol/liveComparison.ts';
import { addArms, NO_OBSERVATIONS } from './arms.ts';
import { ArmObserver } from './observer.ts';

function scene(before: Record<Arm, ArmCounts>, rival: string | null = null) {
  const notices: string[] = [];
  const commands: (string | undefined)[][] = [];
  const folders: string[] = [];
  let counts = before;
  let told = false;
  const observer = new ArmObserver({
    add: async (_dir, _startedAt, more) => {
      counts = { active: addArms(counts.active, more.active), rival: addArms(counts.rival, more.rival) };
      return { active: 'tuned', rival, counts };
    },
    markTold: async () => {
      const first = !told;
      told = true;
      return first;
    },
    notice: (folder, { message, action }) => {
      folders.push(folder);
      notices.push(message);
      commands.push([action?.command, action?.argument]);
    },
    onError: (error) => {
      throw error;
    },
    later: () => () => {},
  });
  return { observer, notices, folders, commands, counts: () => counts };
}

const tag = (arm: Arm) => ({ folder: '/f', storeDir: '/s', startedAt: 't', arm, document: 'file:///a.ts' });
const arm = (offered: number, accepted: number): ArmCounts => ({
  ...NO_OBSERVATIONS,
  offered,
  accepted,
  documents: offered,
  offeredSquared: offered,
  acceptedSquared: accepted,
  offeredAccepted: accepted,
});

test('observations of both arms are added up and written together', async () => {
  const { observer, counts, notices } = scene({ active: arm(1, 0), rival: arm(0, 0) });
  observer.observe(tag('active'), { kind: 'offered' });
  observer.observe(tag('active'), { kind: 'accepted' });
  observer.observe(tag('rival'), { kind: 'offered' });
  observer.observe(tag('active'), { kind: 'survived', share: 0.5 });
  await observer.flush();
  await observer.flush();
  expect(counts()).toMatchObject({
    active: { offered: 2, accepted: 1, survived: 1, keptShare: 0.5 },
    rival: { offered: 1, accepted: 0 },
  });
  expect(notices).toEqual([]);
});

test('counts suggestions of a document as one document, even when some were written before', async () => {
  const { observer, counts } = scene({ active: NO_OBSERVATIONS, rival: NO_OBSERVATIONS });
  for (const document of ['a.ts', 'a.ts', 'b.ts', 'a.ts']) {
    observer.observe({ ...tag('active'), document }, { kind: 'offered' });
    await observer.flush();
  }
  observer.observe({ ...tag('rival'), document: 'a.ts' }, { kind: 'offered' });
  await observer.flush();
  expect(counts()).toMatchObject({
    active: { offered: 4, documents: 2, offeredSquared: 3 ** 2 + 1 },
    rival: { offered: 1, documents: 1, offeredSquared: 1 },
  });
});

test('says once that the adapter does worse than the base in use, and offers the base', async () => {
  const { observer, notices, folders, commands } = scene({ active: arm(300, 30), rival: arm(300, 120) });
  for (let i = 0; i < 2; i++) {
    observer.observe(tag('active'), { kind: 'offered' });
    await observer.flush();
  }
  expect(notices).toEqual([
    "In the live comparison adapter tuned does worse than the base model: you accepted 10 % of its suggestions and 40 % of the other's.",
  ]);
  expect(commands).toEqual([['repotune.useBase', undefined]]);
  expect(folders).toEqual(['/f']);
});

test('says how much worse it does even where that is less than one of a hundred suggestions', async () => {
  const { observer, notices } = scene({ active: arm(20_000, 320), rival: arm(20_000, 480) });
  observer.observe(tag('active'), { kind: 'offered' });
  await observer.flush();
  expect(notices).toEqual([
    expect.stringMatching(/you accepted 1\.6 % of its suggestions and 2\.4 % of the other's\.$/),
  ]);
});

test('offers the other adapter when the active one does worse than that', async () => {
  const { observer, notices, commands } = scene({ active: arm(300, 30), rival: arm(300, 120) }, 'older');
  observer.observe(tag('rival'), { kind: 'accepted' });
  await observer.flush();
  expect(notices).toMatchObject([expect.stringMatching(/adapter tuned does worse than adapter older/)]);
  expect(commands).toEqual([['repotune.useAdapter', 'older']]);
});
