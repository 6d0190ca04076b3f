/** Which files and folders the dialogs for exports and imports are about. No vscode here. */

export type ExportForm = 'peft' | 'adapter' | 'merged';

/** Asked before the dialog: on Windows and Linux one that takes files and folders shows folders alone, and no GGUF file can be chosen. */
export const importSources = [
  {
    label: 'GGUF file',
    description: 'an adapter as llama.cpp takes it',
    dialog: {
      title: 'Choose a GGUF adapter',
      canSelectFiles: true,
      canSelectFolders: false,
      filters: { GGUF: ['gguf'] },
      openLabel: 'Import',
    },
  },
  {
    label: 'PEFT folder',
    description: 'with safetensors, from Python',
    dialog: { title: 'Choose a PEFT folder', canSelectFiles: false, canSelectFolders: true, openLabel: 'Import' },
  },
];

/**
 * Where an adapter is written in the form that was asked for: the server tells a file from a folder by its ending, and a dialog of Linux
 * adds none. `exists`: the dialog asked only about the name without it. @throws a sentence for the user.
 */
export function exportTarget(form: ExportForm, path: string, exists: (path: string) => boolean): string {
  const isFile = path.endsWith('.gguf');
  if (form === 'peft') {
    if (isFile) throw new Error('PEFT is exported into a folder. Choose a name that does not end in .gguf.');
    return path;
  }
  if (isFile) return path;
  const file = `${path}.gguf`;
  if (exists(file))
    throw new Error(`There is a file ${file} already. Choose another name, or that one with its extension.`);
  return file;
}
