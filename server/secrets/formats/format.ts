/**
 * A kind of secret known by its looks: a name; plain words of which every match has one, apart by blanks (`+` stands for a blank in
 * one, `^` before one says that no letter or digit stands there); and a pattern in RE2's syntax. Words have the pattern's case, any
 * where it begins with `(?i)`. Two lookalikes too many cost two lines.
 */
export type Format = readonly [name: string, words: string, pattern: string];
