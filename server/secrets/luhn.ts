/** The check digit of payment cards (ISO/IEC 7812-1, annex B) and of Swedish numbers of persons. `digits`: with the check digit, which is last. */
export function fitsLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
