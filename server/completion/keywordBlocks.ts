/** Blocks that words open and close, in languages that have such beside or instead of brackets. */

export interface BlockWords {
  /** A line that ends in this has opened a block, and nothing else of it can follow. */
  readonly opened: RegExp;
  /** A whole line that opens one. */
  readonly opens: RegExp;
  /** The line that closes one, and belongs to it. */
  readonly closes: RegExp;
  /** A line that ends one and begins the next. */
  readonly divides: RegExp;
}

const RUBY_BLOCK = /^(?!\s*#).*\bdo(?:\s*\|[^|]*\|)?(?:\s+#(?!\{).*)?\s*$/;
/** Not those that end in their own line, as `def a = 1`, `when b then c` and `class D < E; end` do, nor the key of `class: 'a'`. */
const RUBY_HEAD =
  /^\s*(?!(?:\w+ )?def\s+[\w.?!]+(?:\([^)]*\))?\s+=\s)(?:(?:\w+ )?def|class|module|if|unless|while|until|for|case|begin|else|elsif|when|in|rescue|ensure)\b(?![:.])(?!.*(?:\bend|\bthen .*\S)\s*$)/;
const RUBY_VALUE = /^(?!\s*#).*=\s*(?:if|unless|case|begin)\b(?!.*\bend\s*$)/;

const ruby: BlockWords = {
  opened: anyOf(RUBY_BLOCK, /^\s*(?:else|begin|ensure)\s*$/, /^\s*(?:\w+ )?def\b.*\)\s*$/, /\bthen\s*$/),
  opens: anyOf(RUBY_BLOCK, RUBY_HEAD, RUBY_VALUE),
  closes: /^\s*end\b/,
  divides: /^\s*(?:else|elsif|when|in|rescue|ensure)\b/,
};

const elixirOpened = /^(?!\s*#).*\b(?:do|else|rescue|catch|after)\s*$/;
const luaOpened = /^(?!\s*--).*(?:\b(?:then|do|else|repeat)|\bfunction\b[^()]*\([^()]*\))\s*$/;
const shellOpened = /^(?!\s*#)(?:.*[\s;])?(?:then|do|else|in)\s*$/;
/** Its other syntax, as in templates: `<?php foreach ($a as $b): ?>`. */
const phpOpened = /^\s*(?:<\?php\s+)?(?:(?:if|elseif|for|foreach|while|switch)\b.*\)|else)\s*:\s*(?:\?>\s*)?$/;

const byLanguage: Readonly<Record<string, BlockWords>> = {
  ruby,
  crystal: ruby,
  elixir: {
    opened: elixirOpened,
    opens: elixirOpened,
    closes: /^\s*end\b/,
    divides: /^\s*(?:else|rescue|catch|after)\b/,
  },
  lua: { opened: luaOpened, opens: luaOpened, closes: /^\s*(?:end|until)\b/, divides: /^\s*else(?:if)?\b/ },
  shellscript: {
    opened: shellOpened,
    opens: shellOpened,
    closes: /^\s*(?:fi|done|esac)\b/,
    divides: /^\s*(?:else|elif)\b/,
  },
  php: {
    opened: phpOpened,
    opens: phpOpened,
    closes: /^\s*(?:<\?php\s+)?end(?:if|for|foreach|while|switch)\b/,
    divides: /^\s*(?:<\?php\s+)?else(?:if)?\b.*:/,
  },
};

/** null for languages without such blocks. */
export function blockWordsOf(languageId: string): BlockWords | null {
  return Object.hasOwn(byLanguage, languageId) ? byLanguage[languageId]! : null;
}

function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'));
}
