/** The worker's side of `taskProcess.ts`. */
import type { TaskMessage, TaskRequest } from './taskProcess.ts';

/** Answers tasks one by one. Each answer is sent before the next task is started: a crash only loses the task in progress. */
export function answerTasks<Task, Answer>(
  work: (task: Task, tell: (part: unknown) => Promise<void>) => Promise<Answer>,
): void {
  // The parent has exited.
  process.on('disconnect', () => process.exit(0));
  void send({ kind: 'ready' });
  let goOn = (): void => {};
  const tell = async (part: unknown): Promise<void> => {
    const wanted = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await send({ kind: 'part', value: part });
    await wanted;
  };
  let last = Promise.resolve();
  process.on('message', (request: TaskRequest) => {
    if (request.kind === 'next') {
      goOn();
      return;
    }
    last = last.then(async () => {
      try {
        await send({ kind: 'answer', value: await work(request.value as Task, tell) });
      } catch (error) {
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        await send({ kind: 'failed', name, message });
      }
    });
  });
}

function send(message: TaskMessage): Promise<void> {
  return new Promise((resolve) => {
    // An error means that nobody is listening any more, as does `disconnect`.
    process.send?.(message, undefined, undefined, () => resolve());
  });
}
