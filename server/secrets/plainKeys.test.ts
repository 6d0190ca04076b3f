import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['of words', '{\n  "Jwt": {\n    "Issuer": "shop",\n    "Key": "«die blaue Harke»"\n  }\n}'],
  ['of mixed letters', '"JwtSettings": { "Audience": "shop", "Key": "«Maple2024Starlucky»" }'],
  ['in code', "const jwt = { issuer: 'shop', key: '«maple-otter»' };"],
])('the key %s in a block about tokens is found', (_, lines) => expectFound(lines));

it.each([
  ['of another block', '{ "Cache": { "Key": "die blaue Harke" }, "Jwt": { "Header": "die blaue Harke" } }'],
  ['behind the block', "const jwt = { issuer: 'shop' }; const row = { key: 'maple-otter' };"],
  ['that is read', 'const jwt = { key: process.env.JWT_KEY, keyName: "of the first shop" };'],
  ['that only names one', '"Jwt": { "Key": "JwtKey" }'],
])('the key %s is not taken for one', (_, lines) => expectLetPass(lines));
