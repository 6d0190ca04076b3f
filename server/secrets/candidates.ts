/** Possible values of a name: the texts that follow it in its statement, and their relation to it. */

import { bareCandidate, bareEnd } from './bareValues.ts';
import type { Candidate } from './finding.ts';
import { firstLiteral, isWord, type Literals } from './literals.ts';
import { hereDocument, insideRaw, isQuotePrefix, markedLiteral, wordInTripleQuotes } from './oddQuotes.ts';
import { isDrawnMix } from './randomness.ts';
import { behindType, castLength, genericsLength } from './types.ts';

const mostCandidates = 6;
const reach = 240;
const callReach = 500;

/** Words that may stand between a name and its value. */
const links = new Set(
  'is was to be are by as for equals eq new const let var string str char final static with set in from the my our default'.split(
    ' ',
  ),
);

export function candidatesAfter(text: string, from: number, to: number, literals: Literals): Candidate[] {
  return new Walk(text, from, to, literals).all();
}

/** Result of a step: continue, the statement is over, or the step does not apply. */
type Step = 'on' | 'over' | null;

/** Walks from a name through the rest of its statement, one token per step. */
class Walk {
  readonly #text: string;
  /** The name's own start. */
  readonly #from: number;
  readonly #literals: Literals;
  readonly #limit: number;
  readonly #found: Candidate[] = [];
  #at: number;
  #depth = 0;
  /** Operators since the name, without blanks; a linking word counts as one blank. */
  #operators = '';
  #words = 0;
  /** `name: Type` was read, and its `=` is still to come. */
  #typeOpen = false;
  #lines = 0;
  /** The name is last in a call's brackets: the next line is another statement. */
  readonly #endsCall: boolean;
  /** Quoted, but no key or argument: a word mentioned in prose. */
  readonly #isMentioned: boolean;

  constructor(text: string, from: number, to: number, literals: Literals) {
    this.#text = text;
    this.#from = from;
    this.#literals = literals;
    this.#at = skipClosers(text, to);
    this.#endsCall = text.slice(to, this.#at).includes(')');
    this.#isMentioned = this.#at === to + 1 && /["'`]/.test(text[to] as string);
    const call = text[this.#at] === '(' || (text[this.#at] === ' ' && text[this.#at + 1] === '(');
    this.#limit = Math.min(text.length, this.#at + (call ? callReach : reach));
    this.#at = behindType(text, this.#at);
  }

  all(): Candidate[] {
    while (this.#at < this.#limit && this.#found.length < mostCandidates) if (this.#step() === 'over') break;
    return this.#found;
  }

  #step(): Step {
    const code = this.#text.charCodeAt(this.#at);
    return (
      this.#literal() ??
      this.#lineEnd(code) ??
      this.#hereDocument() ??
      this.#skipped(code) ??
      this.#markedLiteral() ??
      this.#bracket(code) ??
      this.#word(code) ??
      this.#sign()
    );
  }

  #isFirst(): boolean {
    return this.#found.length === 0 && this.#words === 0;
  }

  #literal(): Step {
    const index = firstLiteral(this.#literals, this.#at + 1);
    const start = this.#literals.starts[index];
    if (start === undefined || (start !== this.#at + 1 && start !== this.#at)) return null;
    const end = this.#literals.ends[index] as number;
    const quote = this.#text[end];
    if (start === end && quote === this.#text[end + 1] && quote !== undefined) return this.#tripleQuotes(start - 1);
    const direct = this.#found.length === 0 && (this.#words === 0 || (this.#typeOpen && this.#operators.endsWith('=')));
    // In prose: Pass `self` as the first one; in a union of types: 'password' | 'radio'.
    const isOther = this.#operators === '|' || (this.#operators === '' && this.#text[start - 1] === '`');
    const listed = this.#depth > 0 || this.#operators.includes(',');
    const relation = direct && !isOther && !this.#operators.includes(',') ? 'direct' : listed ? 'argument' : 'near';
    const held = insideRaw(this.#text, start, end) ?? { start, end };
    this.#found.push({ ...held, quoted: true, relation, assigned: false });
    this.#at = end + 1;
    return 'on';
  }

  /** Three quotes open one text; the rest of their line follows the third. */
  #tripleQuotes(at: number): Step {
    const word = this.#isFirst() && this.#operators.endsWith('=') ? wordInTripleQuotes(this.#text, at) : -1;
    if (word === -1) {
      this.#at = at + 2;
      return 'on';
    }
    const end = bareEnd(this.#text, word, word + 100);
    this.#found.push({ start: word, end, quoted: true, relation: 'direct', assigned: true });
    return 'over';
  }

  /** A statement continues after an operator, an open bracket or a backslash, and below a name that is alone. */
  #lineEnd(code: number): Step {
    if (code !== 10) return null;
    const goesOn =
      this.#depth > 0 ||
      (this.#operators === '' && !this.#endsCall) ||
      /[=:(,[{\\+>|&-]$/.test(this.#operators) ||
      // Kotlin's `"password" to`
      (this.#operators === ' ' && this.#text.slice(this.#at - 3, this.#at) === ' to');
    if (!goesOn || ++this.#lines > (this.#depth > 0 ? 6 : 2) || (this.#found.length > 0 && this.#depth === 0))
      return 'over';
    this.#at++;
    return 'on';
  }

  #hereDocument(): Step {
    if (this.#operators !== '' && !this.#operators.endsWith('=')) return null;
    const body = hereDocument(this.#text, this.#at, this.#limit);
    if (body === -1) return null;
    const end = bareEnd(this.#text, body, Math.min(this.#text.length, body + 200));
    if (end - body >= 4) this.#found.push({ start: body, end, quoted: true, relation: 'direct', assigned: true });
    return 'over';
  }

  /** Blanks, comments, and the brackets of an array's type: `char pass[] =`. */
  #skipped(code: number): Step {
    const mayRemark = (code === 35 || code === 47) && this.#isFirst() && /=\(?$/.test(this.#operators);
    const remark = mayRemark ? remarkLength(this.#text, this.#at) : 0;
    if (remark > 0) {
      this.#at += remark;
      return 'on';
    }
    const empty = code === 91 && this.#text.charCodeAt(this.#at + 1) === 93;
    if (!empty && code !== 32 && code !== 9 && code !== 13) return null;
    this.#at += empty ? 2 : 1;
    return 'on';
  }

  #markedLiteral(): Step {
    if (!/[=>]$/.test(this.#operators)) return null;
    const inside = markedLiteral(this.#text, this.#at, this.#limit);
    if (inside === null) return null;
    this.#found.push({ ...inside, quoted: true, relation: 'direct', assigned: false });
    this.#at = inside.end + 1;
    return 'on';
  }

  #bracket(code: number): Step {
    const cast = code === 40 ? castLength(this.#text, this.#at) : 0;
    if (cast > 0) {
      this.#at += cast;
      return 'on';
    }
    if (code === 40 || code === 91) this.#depth++;
    if ((code === 41 || code === 93) && --this.#depth <= 0) return 'over';
    return code === 59 || (code === 125 && this.#found.length > 0) ? 'over' : null;
  }

  #word(code: number): Step {
    if (!isWord(code) && code !== 36) return null;
    const end = wordEnd(this.#text, this.#at, this.#limit);
    const word = this.#text.slice(this.#at, end).toLowerCase();
    if (isQuotePrefix(this.#text, word, end)) {
      this.#at = end;
      return 'on';
    }
    const called = end + genericsLength(this.#text, end);
    if (this.#text[called] === '(' || (this.#text[end] === '!' && this.#text[end + 1] === '(')) {
      // A call that wraps the value; longer names are something else.
      if (end - this.#at > 40) return 'over';
      this.#at = called;
      return 'on';
    }
    if (links.has(word) || (word === 'or' && this.#isFallback(end))) {
      this.#at = end;
      this.#operators += ' ';
      return 'on';
    }
    if (this.#isFirst()) this.#bare(bareEnd(this.#text, this.#at, this.#limit));
    if (this.#operators.includes(':') && !this.#operators.includes('=')) this.#typeOpen = true;
    if (++this.#words > 6) return 'over';
    this.#at = Math.max(end, this.#at + 1);
    return 'on';
  }

  /** `password or "…"`, but not "token" or "key". */
  #isFallback(end: number): boolean {
    return !this.#isMentioned && /^\s[bru]?["'`]/.test(this.#text.slice(end, end + 3));
  }

  #sign(): Step {
    const given = this.#text[this.#at] as string;
    const sign = given === '：' || given === '＝' ? ':' : given;
    // `unwrap_or_else(|_| …)`: a closure's parameters.
    const taken =
      sign === '|' && this.#operators.endsWith('(')
        ? /^\|\w{0,12}\|/.exec(this.#text.slice(this.#at, this.#at + 14))
        : null;
    if (taken) {
      this.#at += taken[0].length;
      return 'on';
    }
    if (signs.includes(sign)) {
      if (this.#isFirst() && this.#operators !== '' && this.#mayBeginValue() && this.#beginsValue()) return 'on';
      if (this.#operators.length < 12) this.#operators += sign;
    }
    this.#at++;
    return 'on';
  }

  /** A sign before a letter; right behind `=` or `:` also one that is an operator elsewhere, and several. */
  #mayBeginValue(): boolean {
    const opening = /^(?:[!#@$%^&*~](?=[\w\u0080-\uffff])|[!#@%^&*~.?+-]{1,3}(?=[A-Za-z0-9]))/.exec(
      this.#text.slice(this.#at, this.#at + 4),
    )?.[0];
    if (opening === undefined) return false;
    if (opening.length === 1 && !/[.?+-]/.test(opening)) return true;
    if (!/[=:]$/.test(this.#operators)) return false;
    return isDrawnMix(this.#text.slice(this.#at, bareEnd(this.#text, this.#at, this.#limit)));
  }

  /** A value that begins with a sign: `!Secret7`, `#x9Kq`. */
  #beginsValue(): boolean {
    // Rust's `*b"…"`.
    if (/^\*[a-z]{1,2}["']/.test(this.#text.slice(this.#at, this.#at + 4))) return false;
    const end = bareEnd(this.#text, this.#at, this.#limit);
    // `: &str = …` is a type: the value is still to come.
    if (/^\s{0,3}=(?![=>])/.test(this.#text.slice(end, end + 5))) {
      this.#at = end;
      return true;
    }
    this.#bare(end);
    this.#words++;
    this.#at = Math.max(end, this.#at + 1);
    return true;
  }

  #bare(end: number): void {
    const place = { from: this.#from, start: this.#at, end, operators: this.#operators, lines: this.#lines };
    const candidate = bareCandidate(this.#text, place);
    if (candidate) this.#found.push(candidate);
  }
}

/** Length of a comment between a name and its value: `password = ( # of the stock`. */
function remarkLength(text: string, at: number): number {
  return /^(?:\/\*[^*\n]{0,80}\*\/|(?:#|\/\/)\s[^\n"'`]{0,80}(?=\n))/.exec(text.slice(at, at + 90))?.[0].length ?? 0;
}

const signs = '=:,([{<>|?!+-~&*\\@#$%^.';
function skipClosers(text: string, to: number): number {
  let at = to;
  while (at < to + 6 && at < text.length && /["'`\])}?!\\]/.test(text[at] as string)) at++;
  return at;
}

function wordEnd(text: string, from: number, limit: number): number {
  let end = from;
  while (
    end < limit &&
    (isWord(text.charCodeAt(end)) ||
      text[end] === '$' ||
      (text[end] === '.' && isWord(text.charCodeAt(end + 1))) ||
      (text[end] === ':' && text[end + 1] === ':'))
  )
    end += text[end] === ':' ? 2 : 1;
  return end;
}
