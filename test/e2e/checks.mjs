/** Counts passed and failed checks. A failed check ends its scenario, since what follows depends on it. */
export class Checks {
  passed = 0;
  failed = 0;
  /** Saves what is on screen under a name of its own, since a retry overwrites what the scenario left. */
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

  /** `run` throws if the behaviour named by `title` does not hold; its result is returned. */
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
