import { expect, it } from 'vitest';
import { parseRef, refName, setName } from './refs.ts';

it.each([
  ['Payments API', /^payments-api$/],
  ['Données', /^donnees$/],
  ['x', /^set-x$/],
  ['--', /^set-shared$/],
  ['支付', /^set-[0-9a-f]{8}$/],
  ['支付 api', /^api-[0-9a-f]{8}$/],
  ['ю'.repeat(100), /^set-[0-9a-f]{8}$/],
  [`${'a'.repeat(99)}ю`, /^a{55}-[0-9a-f]{8}$/],
])('a set is named after its versions: %s', (name, set) => {
  expect(setName(name)).toMatch(set);
  const ref = { space: 'refs', set: setName(name), id: 'a-1', kind: 'manifest' } as const;
  expect(parseRef(refName(ref))).toEqual(ref);
});

it('versions of different names in another script are different sets, however they are spelled', () => {
  const names = ['支付', '結帳', 'か', 'が', 'оплата', 'Оплата', 'é支', 'e\u0301支'];
  expect(new Set(names.map(setName)).size).toBe(6);
});
