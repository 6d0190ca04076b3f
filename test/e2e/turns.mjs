// A run has its minute and refuses to learn too little in it: of the scenarios that go on at once, one tunes at a time.
import { once } from 'node:events';

/** Of the process that starts the scenarios: gives the turn to one child after the other. A child that ends gives its turn back. */
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

/** Of a scenario: waits until no other tunes. The answer ends the turn. */
export async function turnToTune() {
  const granted = once(process, 'message');
  process.send({ turn: 'wanted' });
  await granted;
  return () => process.send({ turn: 'over' });
}
