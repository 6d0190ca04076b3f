/** The files and folders that the export and import dialogs offer. No vscode here. */

export type ExportForm = 'peft' | 'adapter' | 'merged';

/** Asked before the dialog: on Windows and Linux, one that takes files and folders shows only folders, so no GGUF file could be chosen. */
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
 * The path an adapter is exported to: the server tells a file from a folder by its ending, and the Linux dialog adds none. `exists`: the
 * dialog asked about overwriting only the name without the ending. @throws a sentence for the user.
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
