/**
 * Cost of adjacent letters in words of programs and their documentation, in bits, rounded: row a, column b is -log2 p(b after a). Counted
 * over 13,800 different words of seven repositories (C++, Go, JavaScript, Markdown, Python, TypeScript).
 */
const pairs = [
  '84448758596353959343567768', // a
  '36563688468268369446489858', // b
  '39573893494479289563589979', // c
  '36752668288576479547478969', // d
  '47435668798453757334867579', // e
  '46773389288476379455498859', // f
  '48782754399564468347499879', // g
  '27862999398667369564589969', // h
  '55455559997452459544859795', // i
  '38663676585678357728365979', // j
  '47762666367576478635586858', // k
  '37752788297378379955579949', // l
  '25762998397557338857598869', // m
  '47443528486676469733669978', // n
  '66458658686442549344455789', // o
  '38763775498388349354599959', // p
  '67777779597379769756196697', // q
  '37552769396656369544568959', // r
  '58473784396667447842487969', // s
  '38672784299678469445597959', // t
  '54564658598443749333999898', // u
  '37681778299888489866789889', // v
  '38763764398674379446887989', // w
  '46453576368657638653677568', // x
  '45554657486454438634565866', // y
  '36661776388667498668698664', // z
].map((row) => Uint8Array.from(row, Number));

/** Mean cost of a word's letter pairs: words of six letters have 3.6, random letters 6. */
export function meanPairCost(word: string): number {
  let cost = 0;
  for (let i = 0; i + 1 < word.length; i++) cost += pairs[letter(word, i)]?.[letter(word, i + 1)] ?? 9;
  return cost / Math.max(1, word.length - 1);
}

function letter(word: string, at: number): number {
  return (word.charCodeAt(at) | 32) - 97;
}

/** Short words vary more; at these costs one word in twenty is lost, and one random run of six letters in six passes. */
function isWordlike(run: string): boolean {
  if (run.length < 3) return false;
  if (!/^[A-Za-z][a-z]*$|^[A-Z]+$/.test(run)) return false;
  return meanPairCost(run) <= (run.length <= 4 ? 5.7 : run.length <= 7 ? 5 : 4.6);
}

/** Words as code writes them: `parseURLPart` has three. */
export function letterRuns(value: string): string[] {
  const runs: string[] = [];
  let from = -1;
  for (let i = 0; i <= value.length; i++) {
    const kind = i < value.length ? kindOf(value.charCodeAt(i)) : 0;
    const before = from === -1 ? 0 : kindOf(value.charCodeAt(i - 1));
    const ends =
      kind === 0 ||
      (before === 1 && kind === 2) ||
      (before === 2 && kind === 2 && i + 1 < value.length && kindOf(value.charCodeAt(i + 1)) === 1);
    if (from !== -1 && ends) {
      runs.push(value.slice(from, i));
      from = -1;
    }
    if (kind !== 0 && from === -1) from = i;
  }
  return runs;
}

/** 1 lower case, 2 upper case, 0 no letter. */
function kindOf(code: number): number {
  return code >= 97 && code <= 122 ? 1 : code >= 65 && code <= 90 ? 2 : 0;
}

/** Share of its letters and digits that belong to wordlike runs. */
export function wordShare(value: string): number {
  const words = letterRuns(value).reduce((sum, run) => sum + (isWordlike(run) ? run.length : 0), 0);
  let all = 0;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (kindOf(code) !== 0 || (code >= 48 && code <= 57)) all++;
  }
  return all === 0 ? 1 : words / all;
}

/** Whether it reads like words or an identifier rather than random text. */
export function readsLikeWords(value: string): boolean {
  return wordShare(value) >= 0.7;
}
