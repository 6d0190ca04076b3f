// A run has one minute and refuses to learn too little in it, so of the concurrent scenarios one tunes at a time.
import { once } from 'node:events';

/** In the process that starts the scenarios: gives the turn to one child after another. A child that exits gives its turn back. */
export class Turns {
  #last = Promise.resolve();

  serve(child) {
    let over = () => {};
    child.on('message', async ({ turn }) => {
      if (turn === 'over') over();
      if (turn !== 'wanted') return;
      const before = this.#last;
      this.#last = new Promise((resolve) => {
        over = resolve;
      });
      await before;
      if (child.connected) child.send({ turn: 'yours' });
      else over();
    });
    child.once('close', () => over());
  }
}

/** In a scenario: waits until no other tunes. Call the returned function to end the turn. */
export async function turnToTune() {
  const granted = once(process, 'message');
  process.send({ turn: 'wanted' });
  await granted;
  return () => process.send({ turn: 'over' });
}
