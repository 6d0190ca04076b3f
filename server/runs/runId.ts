import { randomBytes } from 'node:crypto';

export function newRunId(nowMs: number): string {
  return `run-${new Date(nowMs).toISOString().slice(0, 19).replace(/[-:T]/g, '')}-${randomBytes(3).toString('hex')}`;
}
