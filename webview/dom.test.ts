// @vitest-environment happy-dom
/** Where the focus goes when the focused element is redrawn or disappears. */
import { beforeEach, expect, test } from 'vitest';
import { element, replaceContents, setEnabled, setShown, unbroken } from './dom.ts';

const named = (label: string, name = label): HTMLElement =>
  element('button', { type: 'button', 'aria-label': name }, label);
const list = element('ul');
const page = element('section', { tabindex: 0 }, list);

beforeEach(() => {
  document.body.replaceChildren(page);
  list.replaceChildren();
});

const focusedName = (): string | null => document.activeElement!.getAttribute('aria-label');

test('a redrawn list keeps the focus on the control of the same name, wherever it is now', () => {
  const [rename, remove] = [named('Rename…', 'Rename… one'), named('Delete…', 'Delete… one')];
  replaceContents(list, element('li', {}, rename, remove));
  remove.focus();
  const newer = element('li', {}, named('Rename…', 'Rename… two'), named('Delete…', 'Delete… two'));
  replaceContents(list, newer, element('li', {}, named('Rename…', 'Rename… one'), named('Delete…', 'Delete… one')));
  expect(focusedName()).toBe('Delete… one');
  expect(document.activeElement).not.toBe(remove);
});

test('a redrawn list without the focused control moves the focus to the page, and to no other control', () => {
  const use = named('Use', 'Use one');
  replaceContents(list, element('li', {}, use));
  use.focus();
  replaceContents(list, element('li', {}, named('Use', 'Use two')));
  expect(document.activeElement).toBe(page);
});

test('hiding the focused control moves the focus to the page', () => {
  const stop = named('Stop');
  replaceContents(list, stop);
  stop.focus();
  setShown(stop, false);
  expect(stop.hidden).toBe(true);
  expect(document.activeElement).toBe(page);
});

test('disabling the focused control moves the focus to the page', () => {
  const tune = named('Tune');
  replaceContents(list, tune);
  tune.focus();
  setEnabled(tune, false);
  expect(tune.hasAttribute('disabled')).toBe(true);
  expect(document.activeElement).toBe(page);
  setEnabled(tune, true);
  expect(tune.hasAttribute('disabled')).toBe(false);
});

test('the focus passes over a hidden control of the same name', () => {
  const restart = named('Restart');
  replaceContents(list, restart);
  restart.focus();
  replaceContents(list, element('div', { hidden: true }, named('Restart')));
  expect(document.activeElement).toBe(page);
});

test('redrawing or hiding a list leaves a focus outside it alone', () => {
  const outside = named('Elsewhere');
  document.body.append(outside);
  replaceContents(list, named('Use'));
  outside.focus();
  replaceContents(list, named('Use'));
  setShown(list, false);
  setShown(list, true);
  expect(document.activeElement).toBe(outside);
});

test.each([
  ['12345 (10 %)', '12345 (10\u00a0%)'],
  ['40 ms / 160 ms', '40\u00a0ms / 160\u00a0ms'],
  ['1 h 6 min', '1\u00a0h 6\u00a0min'],
  ['−15.0 points to −9.0 points', '−15.0 points to −9.0 points'],
  ['3 sets, 12 of 100', '3 sets, 12 of 100'],
])('a figure keeps its unit beside it: %s', (text, kept) => {
  expect(unbroken(text)).toBe(kept);
});
