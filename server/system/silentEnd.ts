/** Message for the user when a process of ours ended without output: Node would only give a number, or the command. */

/** `what`: the subject of the sentence. */
export function silentEnd(
  what: string,
  { code, signal }: { code: unknown; signal: string | null | undefined },
): string {
  return signal === 'SIGKILL'
    ? `${what} was killed, by hand or because memory ran out. Close other programs, and try again.`
    : `${what} ended without saying why (${signal ?? `exit code ${String(code)}`}). "Repotune: Doctor" checks this machine (on the command line: repotune doctor).`;
}
