import { expect, it } from 'vitest';
import type { LineageEntry } from '../server/protocol/index.ts';
import { lineageText } from './lineage.ts';

const stored = (id: string, learnedTo: string, metrics: object | null): LineageEntry =>
  ({
    kind: 'stored',
    name: 'mine',
    manifest: {
      id,
      createdAt: '2026-01-02T03:04:05.000Z',
      toolVersion: '0.1.0',
      author: { name: 'Ada', email: 'ada@example.org' },
      base: { name: 'seedling', architecture: 'llama', weightType: 'F16', sha256: 'ab'.repeat(32) },
      adapter: { rank: 16, alpha: 32, rsLora: false, sizeBytes: 1_500_000 },
      dataset: {
        repository: 'app',
        commit: 'c2',
        learnedTo,
        files: 10,
        trainPairs: 200,
        heldOutPairs: 20,
        digest: 'd1',
        split: 'by file',
      },
      training: {
        method: 'qlora',
        baseType: 'q4_0',
        steps: 50,
        tokens: 60_000,
        seconds: 61.4,
        learningRate: 0.002,
        loraPlusRatio: 1,
        dropout: 0,
        weightDecay: 0,
        seed: 1,
        endReason: 'schedule',
      },
      metrics,
    },
  }) as LineageEntry;

it('lists for each version its origin, author and date, and ends with one that was deleted', () => {
  const text = lineageText([
    stored('b-2', 'c1', { heldOutLossBase: 2.5, heldOutLossTuned: 2.25, heldOutTokens: 900 }),
    stored('a-1', 'c2', null),
    { kind: 'deleted', id: 'first' },
  ]);
  expect(text).toContain('Adapter     mine (b-2)\nCreated     2026-01-02T03:04:05.000Z by Ada <ada@example.org>');
  expect(text).toContain('commit c2, learned up to c1\n');
  expect(text).toContain('held-out loss 2.5000 → 2.2500 on 900 tokens\n\ncontinued from\n\nAdapter     mine (a-1)');
  expect(text).toContain('Result      not evaluated\n\ncontinued from\n\nfirst (deleted)\n');
  expect(text).toContain('Settings    learning rate 0.002, weight decay 0, seed 1\n');
  expect(text.match(/learned up to/g)).toHaveLength(1);
});

it('uses the singular for one file and one pair', () => {
  const one = stored('b-2', 'c2', null);
  const manifest = one.kind === 'stored' ? one.manifest : null;
  const dataset = { ...manifest!.dataset, files: 1, trainPairs: 1, heldOutPairs: 1 };
  const text = lineageText([{ ...one, manifest: { ...manifest!, dataset } } as LineageEntry]);
  expect(text).toContain('1 file, 1 pair, digest');
  expect(text).toMatch(/Held out +1 pair,/);
});
