/** The last moves of a window's folders, for comparison with this machine's clock. */
import { lastMoveMs } from './lastMove.ts';

interface Late {
  readonly statedMs: number;
  readonly noticedMs: number;
}

export class Moves {
  readonly #nowMs: () => number;
  readonly #lastMoveMs: typeof lastMoveMs;
  readonly #late = new Map<string, Late>();

  constructor(nowMs: () => number, lastMove = lastMoveMs) {
    this.#nowMs = nowMs;
    this.#lastMoveMs = lastMove;
  }

  /** Never in the future: a move that a clock dated ahead counts from when it is first noticed. 0 if there is none. */
  async lastMs(folder: string): Promise<number> {
    const statedMs = await this.#lastMoveMs(folder).catch(() => 0);
    const nowMs = this.#nowMs();
    if (statedMs <= nowMs) return statedMs;
    const known = this.#late.get(folder);
    if (known?.statedMs === statedMs) return known.noticedMs;
    this.#late.set(folder, { statedMs, noticedMs: nowMs });
    return nowMs;
  }
}
