/**
 * The flag by which a parser thread is told to end, in memory that it shares with the one that waits for it: a thread is never
 * ended from outside, because native code that is called then throws, and takes the process with it.
 */
let flag: Int32Array = new Int32Array(1);

/** `shared`: [1]; anything but 0 means to end soon. */
export function stopOn(shared: Int32Array): void {
  flag = shared;
}

export function isStopped(): boolean {
  return Atomics.load(flag, 0) !== 0;
}

/** Between the steps of one file. What it throws is seen by nobody: whoever set the flag has stopped listening. */
export function throwIfStopped(): void {
  if (isStopped()) throw new Error('stopped');
}
