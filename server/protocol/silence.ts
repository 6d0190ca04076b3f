/** Why a document gets no suggestions, whatever is typed there. */

/** `languages`: its language is turned off in the settings; `exclude`: so is the file. */
export type Silence = 'off' | 'languages' | 'exclude';

export interface OfDocument {
  readonly uri: string;
  readonly languageId: string;
}
