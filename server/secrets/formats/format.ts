/**
 * A kind of secret with a known format: a name; plain words, separated by blanks, one of which is in every match (`+` stands for a blank in
 * one, `^` before one excludes a preceding letter or digit); and a pattern in RE2's syntax. Words have the pattern's case, or any if it
 * begins with `(?i)`. False positives are cheap: each costs a line.
 */
export type Format = readonly [name: string, words: string, pattern: string];
