import { expect, test } from 'vitest';
import type { Notice } from '../protocol/index.ts';
import { Complaints, OPEN_SETTINGS } from './complaints.ts';

test('a repeated cause gives one notice until it is forgotten, and a log line every time', () => {
  const notices: Notice[] = [];
  const lines: string[] = [];
  const complaints = new Complaints({
    notice: (notice) => notices.push(notice),
    warn: (line) => lines.push(`warn ${line}`),
    error: (line) => lines.push(`error ${line}`),
  });
  complaints.warn('slow', OPEN_SETTINGS);
  complaints.error('broken');
  complaints.error('broken');
  expect(notices).toEqual([
    { severity: 'warning', message: 'slow', action: OPEN_SETTINGS },
    { severity: 'error', message: 'broken' },
  ]);
  complaints.forget();
  complaints.error('broken');
  expect(notices).toHaveLength(3);
  expect(lines).toEqual(['warn slow', 'error broken', 'error broken', 'error broken']);
});
