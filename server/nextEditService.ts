/** Next edits put together: what they share with completions (rhythm, engine, adapters), and what a connection hands them. Wiring only. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from './common/messageOf.ts';
import type { Debounce } from './completion/debounce.ts';
import { disabledFor } from './completion/enabled.ts';
import type { CompletionsDependencies } from './completionService.ts';
import type { DocumentServing } from './documentServing.ts';
import { NextEdits } from './nextEdit/service.ts';

type Shared = Pick<
  CompletionsDependencies,
  'client' | 'host' | 'workspace' | 'turns' | 'paces' | 'settings' | 'modelPath' | 'documentText'
>;

export interface NextEditParts extends Shared {
  readonly debounce: Debounce;
  readonly serving: DocumentServing;
  onBattery(): boolean;
  onCpuTime(ms: number): void;
}

export function createNextEdits({ client, workspace, serving, settings, ...parts }: NextEditParts): NextEdits {
  return new NextEdits({
    ...parts,
    settings,
    place: (uri) => workspace.place(uri),
    adapter: async (uri, languageId) => (await serving.of(uri, languageId)).adapter,
    disabled: (uri, languageId) => disabledFor(settings().completions, languageId, workspace.place(uri).path),
    // What is not wanted any more ends its wait at once: that is no failure.
    wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
    nowMs: () => performance.now(),
    log: (line) => client.debug(line),
    onError: (error) => client.error(`next edit: ${messageOf(error)}`),
  });
}
