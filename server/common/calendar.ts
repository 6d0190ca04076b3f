/** Calendar days as YYYY-MM-DD, which sort chronologically as text. */

/** The local day at that moment: in UTC, days would end in the middle of many a working day. */
export function dayAt(ms: number): string {
  const at = new Date(ms);
  const [month, day] = [at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${at.getFullYear()}-${month}-${day}`;
}

/** When something began, to the minute: today without the day. */
export function sinceText(ms: number, nowMs: number): string {
  const at = new Date(ms);
  const time = [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
  return dayAt(ms) === dayAt(nowMs) ? time : `${dayAt(ms)} ${time}`;
}

/** Counted in days, not hours, as some days have 23 or 25. */
export function daysBefore(day: string, count: number): string {
  const date = new Date(day);
  date.setUTCDate(date.getUTCDate() - count);
  return date.toISOString().slice(0, 10);
}

/** Monday of the day's week. */
export function mondayOf(day: string): string {
  return daysBefore(day, (new Date(day).getUTCDay() + 6) % 7);
}
