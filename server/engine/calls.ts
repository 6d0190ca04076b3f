/** Calls in flight to the process in role *complete*, by id. */
import * as z from 'zod';
import type { EngineChild } from './child.ts';
import { EngineError } from './errors.ts';
import { type CompleteAnswer, type CompleteCommand, completeAnswer } from './messages.ts';
import type { Watch } from './watchdog.ts';

/** `Omit` that distributes over the union. */
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type Call = WithoutId<Exclude<CompleteCommand, { kind: 'cancel' }>>;
export type FinalAnswer = Exclude<CompleteAnswer, { kind: 'text' | 'failed' }>;

interface Pending {
  readonly resolve: (answer: FinalAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly onText: ((text: string) => void) | undefined;
  readonly watch: Watch | undefined;
}

export class Calls {
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;

  /** Sends a call; its id is what cancels it. `watch` is told of its signs of life, and ended with it. */
  start(
    child: EngineChild,
    call: Call,
    { onText, watch }: { onText?: ((text: string) => void) | undefined; watch?: Watch } = {},
  ): { id: number; answer: Promise<FinalAnswer> } {
    const id = this.#nextId++;
    const answer = new Promise<FinalAnswer>((resolve, reject) =>
      this.#pending.set(id, { resolve, reject, onText, watch }),
    );
    child.send({ ...call, id } satisfies CompleteCommand);
    return { id, answer };
  }

  receive(message: unknown): void {
    const { data: answer = unreadable(message) } = completeAnswer.safeParse(message);
    if (answer === null) return;
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) return;
    if (answer.kind === 'text') {
      pending.watch?.heard();
      pending.onText?.(answer.text);
      return;
    }
    this.#pending.delete(answer.id);
    pending.watch?.answered();
    if (answer.kind === 'failed') pending.reject(new EngineError(answer.code, answer.message));
    else pending.resolve(answer);
  }

  failAll(error: EngineError): void {
    for (const { reject, watch } of this.#pending.values()) {
      watch?.abandon();
      reject(error);
    }
    this.#pending.clear();
  }
}

const numbered = z.object({ id: z.number() });

/**
 * An unreadable answer fails its call and nothing else: finite but huge weights produce non-finite numbers, and the process that reads
 * messages here must not crash.
 */
function unreadable(message: unknown): Extract<CompleteAnswer, { kind: 'failed' }> | null {
  const { data } = numbered.safeParse(message);
  if (data === undefined) return null;
  return {
    kind: 'failed',
    id: data.id,
    code: 'diverged',
    message:
      "The model's predictions are not numbers: its file is damaged, or the adapter does not fit it. Choose another model or adapter.",
  };
}

/** The answer, narrowed to the kind that the call expects. */
export function expectAnswer<Kind extends FinalAnswer['kind']>(
  answer: FinalAnswer,
  kind: Kind,
): Extract<FinalAnswer, { kind: Kind }> {
  if (answer.kind !== kind)
    throw new Error(`The engine process answered ${answer.kind} to a call that expects ${kind}.`);
  return answer as Extract<FinalAnswer, { kind: Kind }>;
}
