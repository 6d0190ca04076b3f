/** Detects what was typed before the extension was activated, and whether to answer it. No vscode here. */

/** A window that is just opening has seen fewer changes; a document in a long-open window has seen more. */
const MOST_EARLY_CHANGES = 200;

/**
 * Whether the user has just typed there, judged by the document's version: 1 when opened, one more with every change. A restart of the
 * extension host does not reset it, so a high version says nothing.
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

/** A command that triggers suggestions gets them whatever the settings say, so checking them is up to us. */
export function wantsSuggestions({ shown, enabled, languages }: Wishes, languageId: string): boolean {
  return shown && enabled && (languages[languageId] ?? languages['*'] ?? true);
}
