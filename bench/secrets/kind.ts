/** A kind of secret, and the names that programs give its values. */
import type { Random } from '../../server/common/random.ts';

/**
 * How a value can be written: `value` is one token without spaces, quotes or escapes; `text` is one line with more in it than
 * the secret (a URL, a connection string, words); `block` is several lines (a key, a file's content); `command` is a shell's line; `word` is a password that only its place tells.
 */
export type Shape = 'value' | 'text' | 'block' | 'command' | 'word';

/** A value as written, and the parts of it that must not be learned, each as it appears in one line of the text. */
export interface Made {
  readonly text: string;
  readonly tells: readonly string[];
}

export interface Kind {
  readonly name: string;
  readonly group: string;
  readonly shape: Shape;
  /** Typical names of such a value, as words separated by spaces. */
  readonly names: readonly string[];
  readonly generate: (random: Random) => Made;
}

/** [name, names separated by '|', value or value with its secret parts] */
export type Row = readonly [string, string, (random: Random) => string | readonly [string, ...string[]]];

/** Kinds of one group and shape. If a row gives only a text, all of it is secret, each line by itself. */
export function kinds(group: string, shape: Shape, rows: readonly Row[]): Kind[] {
  return rows.map(([name, names, generate]) => ({
    name,
    group,
    shape,
    names: names.split('|'),
    generate(random) {
      const value = generate(random);
      if (typeof value === 'string') return { text: value, tells: value.split('\n') };
      const [text, ...tells] = value;
      return { text, tells };
    },
  }));
}

export interface Name {
  readonly words: string;
  readonly camel: string;
  readonly pascal: string;
  readonly snake: string;
  readonly upper: string;
  readonly kebab: string;
  readonly dotted: string;
}

export function nameOf(words: string): Name {
  const parts = words.toLowerCase().split(' ');
  const pascal = parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');
  return {
    words,
    pascal,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    snake: parts.join('_'),
    upper: parts.join('_').toUpperCase(),
    kebab: parts.join('-'),
    dotted: parts.join('.'),
  };
}
