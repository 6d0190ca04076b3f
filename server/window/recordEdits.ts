/** Connects the recorder of a window's edits with settings and folders. Wiring. */
import { join } from 'node:path';
import { messageOf } from '../common/messageOf.ts';
import { storeLocation } from '../git/storeLocation.ts';
import type { EditToRecord, Recordable } from '../mining/recording.ts';
import type { Client } from './client.ts';
import { EditRecorder } from './editRecorder.ts';
import { isFromDisk, thrownAwaySince } from './fromDisk.ts';
import type { WindowSettings } from './windowSettings.ts';
import type { Workspace } from './workspace.ts';

export interface RecordingParts {
  readonly client: Pick<Client, 'debug' | 'warn'>;
  readonly settings: WindowSettings;
  readonly workspace: Pick<Workspace<unknown>, 'place' | 'folders'>;
  documentText(uri: string): string | undefined;
  recordable(edit: EditToRecord): Promise<Recordable>;
}

export function recordEdits({ client, settings, workspace, documentText, recordable }: RecordingParts): EditRecorder {
  return new EditRecorder({
    isOn: () => settings.current.nextEdit.record,
    isOnIn: (folder) => settings.recordsEditsIn(folder),
    placeOf: (uri) => {
      // Notebook cells are documents too, but their lines are not those of the file.
      if (!uri.startsWith('file:')) return null;
      const { folder, path } = workspace.place(uri);
      return folder !== null && path !== '' && workspace.folders.includes(folder) ? { folder, path } : null;
    },
    storeOf: (folder) => storeLocation(folder),
    textOf: documentText,
    recordable,
    isFromDisk: ({ folder, path }, text, atMs) => isFromDisk(join(folder, path), text, atMs),
    thrownAwaySince: ({ folder, path }, text) => thrownAwaySince(join(folder, path), text),
    onLeftOut: (uri, reason) => client.debug(`edit not recorded in ${uri}: ${reason}`),
    onError: (error) => client.warn(`recording an edit: ${messageOf(error)}`),
    nowMs: Date.now,
    later: (ms, run) => {
      const timer = setTimeout(run, ms).unref();
      return () => clearTimeout(timer);
    },
  });
}
