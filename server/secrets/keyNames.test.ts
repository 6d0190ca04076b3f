import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` must be removed. */
it.each([
  ['German', 'geheimerSchluessel = "«kestrelXq47b»"'],
  ['German with an umlaut', 'const apiSchlüssel = "«kestrelXq47b»";'],
  ['French', 'const cléApi = "«kestrelXq47b»";'],
  ['Spanish', 'llave_secreta = "«kestrelXq47b»"'],
  ['Portuguese', 'chave_api = "«kestrelXq47b»"'],
  ['Italian', 'chiaveSegreta = "«kestrelXq47b»"'],
  ['Polish', "klucz_api = '«kestrelXq47b»'"],
  ['Turkish', 'gizli_anahtar = "«kestrelXq47b»"'],
  ['Russian', 'секретный_ключ = "«kestrelXq47b»"'],
  ['Chinese', '密钥 = "«kestrelXq47b»"'],
  ['Japanese', 'const 秘密鍵 = "«kestrelXq47b»";'],
  ['words that are numbered as people do', "access_token = '«token2024»'"],
  ['a word for a secret that is numbered', "client_secret = '«oauth_client_secret1»'"],
  ['English, as a single word that encrypts', "EncryptionKey = '«Wolkenkuckucksheim»'"],
  ['Korean', 'const 비밀키 = "«kestrelXq47b»";'],
])('a key under its name in %s is found', (_, line) => expectFound(line));

it.each([
  ['the key of a table in German', 'schluessel = "kunde2024Nummer"'],
  ['the key of a map in French', 'const clé = "page2Titre3";'],
  ['an algorithm', "encryptionKey = 'symmetric'; signing_key = 'environment'"],
  ['a label', 'texts = {"密钥": "密钥", "clé_api": "Clé API", "klucz_api": "Klucz API"}'],
  ['an article', 'const article_clean = "section2Heading3";'],
])('%s is not taken for a secret', (_, line) => expectLetPass(line));
