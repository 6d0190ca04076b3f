import { type Asking, Notifications } from '../protocol/index.ts';

const QUIET_MS = 250;

/** Tells the client how far a download is: a few times a second, and always the one that completes. */
export function downloadProgress(id: string, tell: Asking['tell']): (doneBytes: number, totalBytes: number) => void {
  let toldAtMs = 0;
  return (doneBytes, totalBytes) => {
    const nowMs = performance.now();
    if (nowMs - toldAtMs < QUIET_MS && doneBytes < totalBytes) return;
    toldAtMs = nowMs;
    tell(Notifications.downloadProgress, { id, doneBytes, totalBytes });
  };
}
