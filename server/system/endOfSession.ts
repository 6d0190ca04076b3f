/** The system ends our processes when its user logs out, or it shuts down: unlike a stop, that is not about what they are doing. */

/** How it says so: of a service or at a shutdown, and of a terminal that is closed or whose connection broke. */
export const SESSION_ENDS = ['SIGTERM', 'SIGHUP'] as const;

class EndOfSession extends Error {
  constructor() {
    super('The session has ended.');
    this.name = 'EndOfSession';
  }
}

/** Why to abort what runs. */
export function endOfSession(): Error {
  return new EndOfSession();
}

/** Whether that is why it was aborted. */
export function isEndOfSession({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof EndOfSession;
}
