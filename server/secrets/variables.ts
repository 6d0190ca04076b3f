/** `$` in a value: what begins a variable where a language puts variables into strings, and what is part of a password. */
import { wordShare } from './letterPairs.ts';
import { isUnsteady } from './randomness.ts';

/** Whether a `$` in it may begin the name of a variable: `prefix$name2`, `$HOST$Port1!`. */
export function hasVariable(value: string): boolean {
  if (!/\$[A-Za-z]/.test(value)) return false;
  if (!/^[A-Za-z0-9][\w!@#^&*?~.$-]*$/.test(value) || !hasAllClasses(value)) return true;
  // `pa$$Word3`: within a word two of them are none, in no language.
  const plain = value.replace(/(?<=[A-Za-z0-9])\$\$(?=[A-Za-z0-9])/g, '');
  return plain.includes('$') && !isPassword(plain);
}

/** `dRz0l$MFIU!n2T`, `HwE$FmYLM7027q`: beside another sign, or letters as in no name. */
function isPassword(value: string): boolean {
  if (value.split('$').length > 2) return false;
  return /[!@#^&*?~]/.test(value) || (value.length >= 10 && isUnsteady(value) && wordShare(value) < 0.5);
}

function hasAllClasses(value: string): boolean {
  return /[0-9]/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value);
}
