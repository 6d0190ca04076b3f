/** For a person, where a process of ours ended and wrote nothing: Node's own words would be a number, or the command that was run. */

/** `what`: the subject of the sentence. */
export function silentEnd(
  what: string,
  { code, signal }: { code: unknown; signal: string | null | undefined },
): string {
  return signal === 'SIGKILL'
    ? `${what} was killed, by hand or because memory ran out. Close other programs, and try again.`
    : `${what} ended without saying why (${signal ?? `exit code ${String(code)}`}). "Repotune: Doctor" checks this machine (on the command line: repotune doctor).`;
}
