/** What a newer release has stored is not damaged: it is told apart, and neither replaced nor deleted. */
import * as z from 'zod';

/** The format of our files, if they state one. */
const formatted = z.object({ format: z.int() });
const FORMAT = 1;

export class NewerRelease extends Error {}

/** `value`: what was read from `path`. @throws {NewerRelease} with a message for the user */
export function requireKnownFormat(path: string, value: unknown): void {
  if ((formatted.safeParse(value).data?.format ?? FORMAT) > FORMAT)
    throw new NewerRelease(`${path} was written by a newer release of Repotune. Update this one to use it.`);
}

/** As the JSON in `text`, which need not be any. */
export function isOfNewerRelease(text: string): boolean {
  try {
    requireKnownFormat('', JSON.parse(text));
    return false;
  } catch (error) {
    return error instanceof NewerRelease;
  }
}
