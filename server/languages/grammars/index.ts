import { c, cpp } from './c.ts';
import { csharp } from './csharp.ts';
import type { LanguageEntry } from './entry.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { javascript } from './javascript.ts';
import { kotlin } from './kotlin.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';
import { tsx, typescript } from './typescript.ts';

/** Every language with a grammar, by the name used in pairs and caches. */
export const languages = {
  typescript,
  tsx,
  javascript,
  python,
  go,
  rust,
  java,
  kotlin,
  c,
  cpp,
  csharp,
  ruby,
  php,
} as const satisfies Record<string, LanguageEntry>;

export type LanguageName = keyof typeof languages;
