import { basename } from 'node:path';

/** Files that exist to hold a secret: never opened, whatever is in them. */
const secretNames: readonly RegExp[] = [
  /^\.env(\..+)?$/,
  /^\.?(npmrc|pypirc|netrc|_netrc|pgpass|htpasswd|dockercfg|git-credentials|s3cfg|boto|vault-token)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(\..+)?$/,
  /\.(pem|key|p12|pfx|pkcs12|jks|keystore|kdbx|ppk|asc|gpg|ovpn|mobileprovision)$/,
  /\.tfvars(\.json)?$/,
  /^(credentials?|secrets?)(\.(json|ya?ml|toml|ini|properties|xml|txt))?$/,
  /^(service[-_]?account|client[-_]?secrets?|google[-_]?credentials).*\.json$/,
  /^(secrets?|credentials?)\.(py|rb|js|ts|php|go)$/,
];

/** `.env.example` and the like are meant to be read. */
const templates = /\.(example|sample|template|dist)$/;

export function isSecretFile(path: string): boolean {
  const name = basename(path).toLowerCase();
  return !templates.test(name) && secretNames.some((pattern) => pattern.test(name));
}
