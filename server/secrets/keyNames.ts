/** Names of keys in other languages than English: `geheimer Schlüssel`, `clé API`, `密钥`. */

/** Words for a key, without accents; alone they also name the keys of tables and of doors. */
const keys = new Set(
  `schluessel schlussel cle clef llave chave chiave klucz anahtar anahtari sleutel nyckel nokkel nogle avain kulcs klic kljuc cheie`.split(
    /\s+/,
  ),
);
/** What makes it a secret one. */
const qualifiers =
  /^(?:api|aws|ssh|jwt|aes|rsa|geheim\w*|privat\w*|prive\w*|secret\w*|secrete?|segret\w*|secreta|tajn\w*|prywatn\w*|gizli|ozel|hemlig\w*|hemmelig\w*|salainen|titkos|tajni)$/;

const inOtherScripts =
  /(?:密钥|密鑰|私钥|私鑰|秘钥|秘鑰|秘密鍵|秘密キー|(?:API|アクセス|暗号)キー|비밀[ _]?키|개인[ _]?키|API[ _]?키|(?:секретн|приватн|закрыт)[а-я]{0,4}[ _]?ключ[а-я]?|ключ[ _]?(?:api|доступа|шифрования))(?:是|为|為|は|가|는)?$/i;

/** `name`: without accents; `words`: its words in small letters. */
export function isForeignKey(name: string, words: readonly string[]): boolean {
  if (inOtherScripts.test(name)) return true;
  return words.length > 1 && words.some((word) => keys.has(word)) && words.some((word) => qualifiers.test(word));
}
