/**
 * A kind of secret known by its looks: a name; plain words of which every match has one, any case, apart by blanks (`+` stands for a blank in one); and a pattern
 * in RE2's syntax. Two lookalikes too many cost two lines.
 */
export type Format = readonly [name: string, words: string, pattern: string];
