/** Names the folder of a repository's results by all that they depend on, so that none are taken for those of another run. */
import { createHash } from 'node:crypto';
import type { PromptFormat } from '../../server/protocol/promptFormat.ts';

export interface MadeFrom {
  readonly repository: string;
  readonly commit: string;
  /** The base's SHA-256. */
  readonly model: string;
  readonly prompts: PromptFormat;
  readonly minutes: number;
  readonly asked: number;
  readonly places: number;
  readonly threads: number;
}

export function workName({ repository, ...facts }: MadeFrom): string {
  return `${repository}-${hashed(facts)}`;
}

export function hashed(key: unknown): string {
  return createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 8);
}
