/** A tune that did not come to a result. The message is for the user and says what to do. */
export class TuneError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TuneError';
  }
}

/** What a user is told about an error from anywhere below. */
export function messageFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC')
    return `The disk is full${path ? ` (writing ${path})` : ''}. Free some space and tune again; earlier adapters are untouched.`;
  if (code === 'EDQUOT')
    return 'The disk quota is used up. Free some space and tune again; earlier adapters are untouched.';
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return `${path ?? 'A file'} cannot be written (${code}). Make the folder writable, or set REPOTUNE_DATA for folders without git.`;
  }
  return error.message;
}
