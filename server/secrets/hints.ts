/** Places of names that could indicate a secret, found in the one pass that searches for all words. */

/** Every name that indicates a secret contains one of these, in any case (`+` stands for a blank). */
export const hintWords: readonly string[] =
  `pass assword pwd psw pw secret token cred auth keypad key kennwort login logon signature sign private cookie session
  sess sid csrf xsrf bearer mnemonic seed recovery backup phrase webhook connect dsn psk salt pepper licen serial
  activation pin puk otp mfa 2fa vault hmac cipher crypt identified contrase senha mdp motdepasse mot+de+passe wachtwoord haslo
  hasło parol lozinka heslo jelszo jelszó slaptazod slaptažod contrasenya pasahitza lykilor katasandi zaporka geslo κωδικ συνθηματικ zugang salasana senord adgangskode clave ifre парол лозинк סיסמ 密码 密碼 口令 パスワード 暗証 비밀번호 암호
  รหัสผ่าน كلمة पासवर्ड گذرواژه رمز parool pswrd pwrd khau khẩu fjal cyfrinair nenosiri segre sekret hemlig hemmelig salaisuus accesscode access_code access-code
  gatecode gate_code gate-code doorcode door_code door-code alarmcode alarm_code alarm-code disarm entrycode entry_code entry-code lockcode lock_code lock-code safecode safe_code safe-code sicherheitscode türcode tuercode geheim community wifi sudo
  schlüssel schluessel schlussel clé cle_ _cle llave chave chiave klucz anahtar sleutel nyckel avain ключ 密钥 密鑰 私钥 私鑰 秘钥 秘鑰 秘密鍵 秘密キー apiキー
  アクセスキー 暗号キー 비밀키 개인키 api키
  root admin users netrc machine bind unlock jwt pdo keystore certificate pkcs`
    .split(/\s+/)
    .map((word) => word.replace('+', ' '));

/** Places of such words in a text, ordered by their ends; they may overlap. */
export interface Hints {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** The hints within a part of the text, relative to it. */
export function hintsWithin({ starts, ends }: Hints, from: number, to: number): Hints {
  const within: { starts: number[]; ends: number[] } = { starts: [], ends: [] };
  for (let i = firstBehind(ends, from); i < ends.length && (ends[i] as number) <= to; i++) {
    if ((starts[i] as number) < from) continue;
    within.starts.push((starts[i] as number) - from);
    within.ends.push((ends[i] as number) - from);
  }
  return within;
}

/** Index of the first larger one of ascending numbers. */
function firstBehind(rising: readonly number[], than: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] as number) <= than) low = middle + 1;
    else high = middle;
  }
  return low;
}
