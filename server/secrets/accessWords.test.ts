import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['a constant', "API_TOKEN = '«starlucky»'\nGITEA_ACCESS_TOKEN = '«maple-otter»'"],
  ['a constant of two words', "ACCESS_CODE = '«maple otter»'"],
  ['a header', 'headers["Authorization"] = "Token «starlucky»"'],
  ['a table of headers', "fetch(url, { headers: { authorization: 'Bearer «starlucky»' } });"],
  ['a command', `curl -H "Authorization: Bearer «starlucky»" https://api.shop.example`],
  ["a request's account", "const options = {\n  host: 'couch',\n  auth: 'admin:«starlucky»',\n};"],
])('a word as the token of %s is found', (_, lines) => expectFound(lines));

it.each([
  [
    'the kind of a token',
    "TOKEN = 'identifier'; token = 'starlucky'; API_TOKEN_KIND = 'starlucky'; ACCESS_MODE = 'read only'",
  ],
  ['its own name', "API_TOKEN = 'apitoken'; AUTH_TOKEN = 'authorization'"],
  ['a code of errors', "ERROR_CODE = 'not there'; STATUS_CODE = 'maple otter'"],
  ['a sample of tests', "headers: { Authorization: 'Bearer mytoken' }; h.set('Authorization', 'Bearer garbage')"],
  ['a scheme in prose', 'raise Failure("Authorization: Token required"); say("the Bearer starlucky")'],
  ['a scope', "const options = { auth: 'oauth2:implicit', scope: 'user:read', event: 'auth:login' };"],
  ['the key of a text', "translate({ auth: 'common:starlucky' });"],
])('%s is not taken for one', (_, lines) => expectLetPass(lines));
