/** What was typed before the server was up, and whether it is to be answered. No vscode here. */

/** Whoever typed longer ago does not wait for an answer. */
const RECENT_MS = 30_000;
/** A window that is just opening has not seen more changes; a document of a window that is long open has. */
const MOST_EARLY_CHANGES = 200;

export interface Typing {
  /** Of the document: 1 when it was opened, one more with every change. */
  readonly version: number;
  /** Since the last change that was heard of; null without one. */
  readonly sinceChangeMs: number | null;
  /** Changes before that are not heard of. */
  readonly sinceActivationMs: number;
}

/**
 * Somebody has just typed there. What was typed before the extension was there is told by the version alone, which a restart of
 * the extension host leaves as it is: a high one is no sign of anything.
 */
export function hasJustTyped({ version, sinceChangeMs, sinceActivationMs }: Typing): boolean {
  if (sinceChangeMs !== null) return sinceChangeMs <= RECENT_MS;
  return version > 1 && version <= 1 + MOST_EARLY_CHANGES && sinceActivationMs <= RECENT_MS;
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
