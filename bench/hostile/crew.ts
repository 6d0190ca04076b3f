/** Numbered tasks, each done by the next free one of a few processes. One that dies loses only the task it was at. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What a process answers to a task, or how it ended instead. */
export type Answer<Told> = { readonly told: Told } | { readonly died: string };

export async function shareOut<Told>(
  tasks: number,
  processes: number,
  start: () => ChildProcess,
  hear: (task: number, answer: Answer<Told>) => void,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    let child: ChildProcess | null = null;
    for (let task = next++; task < tasks; task = next++) {
      child ??= start();
      const answer: Answer<Told> = await ask(child, task);
      if ('died' in answer) child = null;
      hear(task, answer);
    }
    if (child === null) return;
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  };
  await Promise.all(Array.from({ length: Math.min(processes, tasks) }, work));
}

/** In a process of {@link shareOut}: does what it is told until the one that started it has nothing left, or ends. */
export async function serve<Told>(perform: (task: number) => Promise<Told>): Promise<void> {
  // Ctrl+C reaches this process too, which ends with the one that started it.
  process.on('SIGINT', () => {});
  process.once('disconnect', () => process.exit());
  for (;;) {
    const [task] = (await once(process, 'message')) as [number];
    process.send!(await perform(task));
  }
}

async function ask<Told>(child: ChildProcess, task: number): Promise<Answer<Told>> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([told]) => ({ told: told as Told })),
      once(child, 'exit', { signal }).then(([code, by]) => ({ died: `its process ended with ${code ?? by}` })),
      new Promise<never>((_, fail) => child.send(task, (error) => error !== null && fail(error))),
    ]);
  } catch (error) {
    child.kill('SIGKILL');
    return { died: String(error) };
  } finally {
    settled.abort();
  }
}
