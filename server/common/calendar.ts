/** Calendar days as YYYY-MM-DD, which sort chronologically as text. */

/** The local day at that moment: in UTC, days would end in the middle of many a working day. */
export function dayAt(ms: number): string {
  const at = new Date(ms);
  const [month, day] = [at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${at.getFullYear()}-${month}-${day}`;
}

/** Local time, as YYYY-MM-DD HH:MM. */
export function minuteAt(ms: number): string {
  const at = new Date(ms);
  return `${dayAt(ms)} ${[at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':')}`;
}

/** When something began: today without the day. */
export function sinceText(ms: number, nowMs: number): string {
  const minute = minuteAt(ms);
  return dayAt(ms) === dayAt(nowMs) ? minute.slice(-5) : minute;
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
