/** Whether two versions, or a version and a run, lay out prompts alike: otherwise they are not measured on the same tokens. Pure. */
import type { StoredAdapter } from '../adapters/store.ts';
import { isSameFormat, type PromptFormat } from '../protocol/promptFormat.ts';

/** Why losses in this layout would say nothing about the version; null if they would. */
export function formatObjection(
  { id, manifest }: Pick<StoredAdapter, 'id' | 'manifest'>,
  format: PromptFormat,
): string | null {
  if (isSameFormat(manifest.prompt, format)) return null;
  return `Adapter ${id} was tuned by a release that lays out prompts for this base differently`;
}
