/** Ordinary numbers beside the name of a password or a key: codes of errors, requests and states, and lengths. */
import { letterRuns } from './letterPairs.ts';

/** With such words in the name, a number is an error or request code. */
const kinds = new Set(
  `err error errors er errno wrong bad invalid incorrect illegal missing expired mismatch denied request req rc permission status result
  state event msg notify opcode cmd command`.split(/\s+/),
);
/** Range around a number to search for its neighbours in a series, UTF-16 units. */
const around = 120;

/** A 32-bit number as in C: `#define POINT_TOKEN 0x0701`, `seed = 19780503u`. */
export function isOfMachine(value: string): boolean {
  return /^(?:0[xX][0-9a-fA-F]{1,8}[uUlL]{0,3}|[0-9]{1,10}[uUlL]{1,3})$/.test(value);
}

/** `WRONG_PASSWORD = 1003`, `accessCode: 1000`, `BUFLEN_PASSWD 1024`, and numbers between neighbours such as 1002 and 1004. */
export function isCount(text: string, name: string, { start, end }: { start: number; end: number }): boolean {
  const value = text.slice(start, Math.min(end, start + 20));
  if (isOfMachine(value)) return true;
  if (!/^[1-9][0-9]{3,5}$/.test(value)) return false;
  const number = Number(value);
  if (
    number % 100 === 0 ||
    (number & (number - 1)) === 0 ||
    letterRuns(name).some((word) => kinds.has(word.toLowerCase()))
  )
    return true;
  const near = `${text.slice(Math.max(0, start - around), start)} ${text.slice(end, end + around)}`;
  return (near.match(/(?<![\w."'])[0-9]{4,6}(?![\w."'])/g) ?? []).some(
    (other) => Math.abs(Number(other) - number) === 1,
  );
}
