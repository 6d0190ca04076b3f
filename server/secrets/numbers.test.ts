import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['an error', 'ERR_BAD_PASSWORD = 10032'],
  ['an error among others', 'export enum ErrorCode { INVALID_PASSWORD = 40001, BAD_TOKEN = 40017 }'],
  ['a request', 'const val REQUEST_ACCESS_CODE = 1017'],
  ['a round number', 'export const codes = { accessCode: 1000 };'],
  ['one of a series', 'const kinds = { accessCode: 1017, authCode: 1018 };'],
  ['a length', '#define BUFLEN_PASSWD 1024'],
  ['a kind of a token', '#define POINT_TOKEN 0x0701'],
  ['a signature of a CPU', '#define signature_AMD_edx 0x69746e65'],
  ['a default seed', 'default_seed = 19780503u;'],
  ['the last of a series', 'LOGIN = 2016\nPASSWORD = 2017'],
])('the number of %s is not taken for a secret', (_, lines) => expectLetPass(lines));

it.each([
  ['a code', 'accessCode: «4829»'],
  ['a longer code', 'const userPin = «482133»;'],
  ['a password', 'password = «91827364»'],
  ['a code in quotes', 'door_code = "«1018»"; other = "1019"'],
])('%s is found', (_, lines) => expectFound(lines));
