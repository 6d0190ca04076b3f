import { expect, test } from 'vitest';
import { latestOnly } from './latestOnly.ts';

/** Reads that end when told to. */
function looks() {
  const open: PromiseWithResolvers<string>[] = [];
  const shown: string[] = [];
  const refresh = latestOnly(
    () => {
      const one = Promise.withResolvers<string>();
      open.push(one);
      return one.promise;
    },
    (seen) => {
      shown.push(seen);
      return seen;
    },
  );
  return { open, shown, refresh };
}

test('shows only the newer of two overlapping reads, and answers both callers with it', async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const { open, shown, refresh } = looks();
    const answers = Promise.all([refresh(), refresh()]);
    for (const i of order) {
      open[i]?.resolve(i === 0 ? 'old' : 'new');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await answers).toEqual(['new', 'new']);
    expect(shown).toEqual(['new']);
  }
});

test('shows a read that begins after the previous one has ended', async () => {
  const { open, shown, refresh } = looks();
  for (const seen of ['one', 'two']) {
    const answer = refresh();
    open.at(-1)?.resolve(seen);
    expect(await answer).toBe(seen);
  }
  expect(shown).toEqual(['one', 'two']);
});

test('a failed read rejects its own caller, and no later one', async () => {
  const { open, shown, refresh } = looks();
  const failing = refresh();
  open[0]?.reject(new Error('gone'));
  await expect(failing).rejects.toThrow('gone');
  const next = refresh();
  open[1]?.resolve('back');
  expect(await next).toBe('back');
  expect(shown).toEqual(['back']);
});
