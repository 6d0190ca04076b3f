// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import { FIRST_STATE } from '../../server/protocol/firstState.ts';
import type { AdapterSummary } from '../../server/protocol/index.ts';

vi.stubGlobal('acquireVsCodeApi', () => ({ postMessage: () => {}, getState: () => undefined, setState: () => {} }));
const { StatusView } = await import('./status.ts');

test('which of base and adapter is pressed is set as a property, which alone reaches the button that has the focus', () => {
  const view = new StatusView();
  const adapters = [{ id: 'a', name: 'tune', active: true }] as unknown as AdapterSummary[];
  const pressed = () => [...view.root.querySelectorAll('.choice vscode-button')].map(({ ariaPressed }) => ariaPressed);
  view.update({ ...FIRST_STATE, adapters, source: 'adapter' });
  expect(pressed()).toEqual(['false', 'true']);
  view.update({ ...FIRST_STATE, adapters, source: 'base' });
  expect(pressed()).toEqual(['true', 'false']);
});
