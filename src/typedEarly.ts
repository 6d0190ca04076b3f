/** What was typed before the extension was activated, and whether it is to be answered. No vscode here. */

/** A window that is just opening has not seen more changes; a document of a window that is long open has. */
const MOST_EARLY_CHANGES = 200;

/**
 * Somebody has just typed there, told by the document's version: 1 when it was opened, one more with every change. A restart of the
 * extension host leaves it as it is: a high one is no sign of anything.
 */
export function hasJustTyped(version: number): boolean {
  return version > 1 && version <= 1 + MOST_EARLY_CHANGES;
}

export interface Wishes {
  /** `editor.inlineSuggest.enabled` */
  readonly shown: boolean;
  /** `repotune.completions.enabled` */
  readonly enabled: boolean;
  /** `repotune.completions.languages` */
  readonly languages: Readonly<Record<string, boolean>>;
}

/** A command that asks for suggestions gets them whatever the settings say: it is for us to ask them. */
export function wantsSuggestions({ shown, enabled, languages }: Wishes, languageId: string): boolean {
  return shown && enabled && (languages[languageId] ?? languages['*'] ?? true);
}
