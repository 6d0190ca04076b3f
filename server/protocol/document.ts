/** What holds for a document whatever is typed there. */

/** Why it gets no suggestions. `languages`: its language is turned off in the settings; `exclude`: so is the file. */
export type Silence = 'off' | 'languages' | 'exclude';

/** That something else than the folder's active adapter decides what completes there: a choice by folder or language. */
export interface Routed {
  /** The adapter's name; null for the base alone. */
  readonly adapter: string | null;
  /** It lies in none of the window's folders: what completes is what its own repository has. */
  readonly outside?: true;
}

export interface OfDocument {
  readonly uri: string;
  readonly languageId: string;
}

export interface OfPlace extends OfDocument {
  /** In UTF-16 units. */
  readonly offset: number;
}

/** What a place gets while somebody types there, in words. */
export interface Explanation {
  readonly text: string;
  /** What asking explicitly would do there: show what is held back, or ask the model all the same. null: nothing else. */
  readonly more: 'show' | 'ask' | null;
  /** Whether it follows from what the model wrote: then another one may do better. */
  readonly ofModel: boolean;
}

export interface DocumentAnswer {
  /** null where suggestions are wanted. */
  readonly silence: Silence | null;
  /** null where the folder's active adapter completes. */
  readonly routed: Routed | null;
}
