/** Counts what held and what did not. A failed check ends its scenario: what follows depends on it. */
export class Checks {
  passed = 0;
  failed = 0;
  /** Keeps what there is to be seen, under a name of its own: the scenario is tried again, over what it left. */
  witness = async (_name) => {};
  #scenario = '';
  #reported = new WeakSet();

  async scenario(name, run) {
    this.#scenario = name;
    try {
      await run();
    } catch (error) {
      if (!this.#reported.has(error)) this.fail('unexpected end', error);
    }
  }

  /** `run` throws when the behaviour named by `title` does not hold; its answer is the check's. */
  async that(title, run) {
    const started = Date.now();
    try {
      const answer = await run();
      this.passed += 1;
      console.log(`  ✓ ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
      return answer;
    } catch (error) {
      this.fail(title, error);
      await this.witness(`failed-${this.#scenario}-${Date.now()}`).catch(() => {});
      throw error;
    }
  }

  fail(title, error) {
    this.failed += 1;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (error instanceof Error) this.#reported.add(error);
    console.log(`  ✗ ${this.#scenario}: ${title}\n    ${message.split('\n').slice(0, 12).join('\n    ')}`);
  }
}
