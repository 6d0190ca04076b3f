import { expect, it } from 'vitest';
import { withoutSecrets } from './redacted.ts';

it.each([
  ['looking at https://ada:Tr0ub4dor&3x9@git.example/x.git: refused', 'Tr0ub4dor&3x9'],
  ['completion: cannot parse `password = "k8#Lq2!vZx9p"`', 'k8#Lq2!vZx9p'],
  ['engine: ghp_16C7e42F292c6912E7710c838347Ae178B4a is not an address', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
  ['one line\nAuthorization: Basic YWRhOlRyMHViNGRvcjN4OQ==\nanother', 'YWRhOlRyMHViNGRvcjN4OQ=='],
])('%j is logged without its secret', (text, secret) => {
  const logged = withoutSecrets(text);
  expect(logged).toContain('[left out]');
  expect(logged).not.toContain(secret);
  expect(logged.split('\n')).toHaveLength(text.split('\n').length);
});

it.each([
  'engine: ready',
  'nothing suggested in file:///code/app/src/part0.ts: inside a word',
  'The tuning process ended with exit code 1. Start the tune again; earlier adapters are untouched.',
])('%j is logged as it is', (text) => {
  expect(withoutSecrets(text)).toBe(text);
});
