import { strict as assert } from 'node:assert';

const listMs = 300_000;
export const steps = ['base', 'tune', 'report', 'write'];

/** The walkthrough in an editor: opened, its buttons pressed, and which of its steps are checked off. */
export class Walkthrough {
  #editor;
  #page;
  #picker;

  constructor(editor) {
    this.#editor = editor;
    this.#page = editor.page;
    this.#picker = editor.page.locator('.quick-input-widget');
  }

  async open() {
    await this.#editor.command('Welcome: Open Walkthrough');
    await this.#picker.locator('input[type="text"]').fill('Repotune');
    await this.#picker.locator('.monaco-list-row').filter({ hasText: 'Get Started with Repotune' }).first().click();
    await this.#mark('base').waitFor();
  }

  /** Opens the step and presses its button. */
  async press(step, button) {
    await this.#page.locator(`.getting-started-step[data-step-id$="#start#${step}"]`).first().click();
    await this.#page.locator('.getting-started-step.expanded').getByRole('button', { name: button }).first().click();
  }

  /** The first step, with the bundled base. */
  async chooseBase() {
    await this.press('base', 'Choose Base Model');
    const bundled = this.#picker.locator('.monaco-list-row').filter({ hasText: 'seedling-code-8m' }).first();
    await bundled.waitFor({ timeout: listMs });
    await bundled.click();
  }

  async hasCheckedOff(...expected) {
    for (let tries = 0; tries < 40 && (await this.#done()).join() !== expected.join(); tries += 1)
      await this.#page.waitForTimeout(250);
    assert.deepEqual(await this.#done(), expected);
  }

  #mark(step) {
    return this.#page.locator(`[data-done-step-id$="#start#${step}"]`).first();
  }

  async #done() {
    const states = await Promise.all(steps.map((step) => this.#mark(step).getAttribute('aria-checked')));
    return steps.filter((_, at) => states[at] === 'true');
  }
}
