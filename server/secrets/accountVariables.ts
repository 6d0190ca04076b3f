/** An account under a name that says nothing, which a command takes: `NEXUS='deployer:…'` above `curl -u $NEXUS`. */
import type { SecretRange } from './finding.ts';
import { isPasswordWord } from './uses.ts';

const assigned = /(?:^|[\s;])([A-Za-z_]\w{1,40})\s?=\s?["']?[\w.@-]{2,40}:([^\s"'`$:/{}]{4,60})["']?(?=[\s;]|$)/gm;
const most = 1_000;

export class AccountVariables {
  readonly #text: string;
  #known: Map<string, SecretRange> | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** The password in the account that was assigned to `$NAME` or `${NAME}`. */
  of(word: string): SecretRange[] {
    const name = /^\$\{?([A-Za-z_]\w{1,40})\}?$/.exec(word)?.[1];
    if (name === undefined) return [];
    this.#known ??= this.#read();
    const password = this.#known.get(name);
    return password === undefined ? [] : [password];
  }

  #read(): Map<string, SecretRange> {
    const known = new Map<string, SecretRange>();
    for (const { 0: whole, 1: name = '', 2: password = '', index } of this.#text.matchAll(assigned)) {
      if (known.size >= most) break;
      const start = index + whole.lastIndexOf(password);
      if (isPasswordWord(password)) known.set(name, { start, end: start + password.length, rule: 'account' });
    }
    return known;
  }
}
