/** git's output after a failure, and the one line of it to show. Pure. */

const FAILURE = /^(?:remote:\s*)?(?:fatal|error):/i;
const PREFIXES = /^(?:(?:remote|fatal|error):\s*)+/i;

/** What git adds after any failure, following its cause. */
const AFTERWARDS =
  /could not read from remote repository|remote end hung up|failed to push some refs|early eof|^(?:\w+: )*(?:index-pack|unpack-objects|fetch-pack)\b.* failed/i;

/** From a push with `--porcelain`, per ref. */
const REJECTED = /\[(?:remote )?rejected\][^(]*\((.+)\)/;

/** From a push with `--progress`. */
const PROGRESS = /^(?:(?:Enumerating|Counting|Compressing|Writing) objects:|Delta compression using|Total \d)/;

const MOST_CHARACTERS = 300;

/** The line that says why, without git's prefixes; `cause`: pattern of the cause, if known. '' for none. */
export function tellingLine(words: string, cause?: RegExp): string {
  const lines = linesOf(words);
  const failures = lines.filter((line) => FAILURE.test(line));
  const shows = (line: string): boolean => cause?.test(line) ?? false;
  const line =
    failures.find(shows) ??
    lines.find(shows) ??
    REJECTED.exec(words)?.[1] ??
    failures.find((one) => !AFTERWARDS.test(one)) ??
    failures.at(-1) ??
    lines.at(-1) ??
    '';
  return line.replace(PREFIXES, '').replace(/\.$/, '').slice(0, MOST_CHARACTERS);
}

/** Without hints and progress, and without control characters that a remote may send. */
function linesOf(words: string): string[] {
  return words
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\p{Cc}+/gu, ' ').trim())
    .filter((line) => line !== '' && !PROGRESS.test(line) && !/^(?:remote:\s*)?hint:/.test(line));
}
