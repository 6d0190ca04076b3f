/** One line of the doctor's report. */
import { messageOf } from '../common/messageOf.ts';
export interface Finding {
  readonly ok: boolean;
  readonly what: string;
  /** What was found, or what is wrong and what to do. */
  readonly detail: string;
}

export function fine(what: string, detail: string): Finding {
  return { ok: true, what, detail };
}

export function wrong(what: string, error: unknown): Finding {
  return { ok: false, what, detail: messageOf(error) };
}
