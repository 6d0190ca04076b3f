/**
 * Schemes whose documents are code being written: files, files not saved yet, notebook cells, files of a virtual folder. Not
 * a diff's old side, a commit's blob or an output channel: our own log must not be sent to the server that writes it.
 */
export const writtenSchemes: ReadonlySet<string> = new Set(['file', 'untitled', 'vscode-notebook-cell', 'vscode-vfs']);

/** Those of documents that are synchronized one by one: cells come with their notebook, in its order, and not from a diff's old side. */
export const syncedSchemes: readonly string[] = [...writtenSchemes].filter(
  (scheme) => scheme !== 'vscode-notebook-cell',
);
