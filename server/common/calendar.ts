/** Days of a calendar, as YYYY-MM-DD: sorted as text, they are in order. */

/** The day of that moment where its user is: by that of UTC, one would end in the middle of many a working day. */
export function dayAt(ms: number): string {
  const at = new Date(ms);
  const [month, day] = [at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${at.getFullYear()}-${month}-${day}`;
}

/** So many days earlier. Days are counted and no hours, of which some days have 23 or 25. */
export function daysBefore(day: string, count: number): string {
  const date = new Date(day);
  date.setUTCDate(date.getUTCDate() - count);
  return date.toISOString().slice(0, 10);
}

/** Of the week that the day is in. */
export function mondayOf(day: string): string {
  return daysBefore(day, (new Date(day).getUTCDay() + 6) % 7);
}
