/**
 * What may be in a package, for `npm run check:package`: kept separate from .vscodeignore, so that a pattern there that matches too much is
 * noticed.
 */

/** All that may ship. The last line is what VS Code itself adds on installation. */
const allowed = [
  /^package\.json$/,
  /^(readme|changelog|privacy|security)\.md$/i,
  /^LICENSE(\.txt)?$/,
  /^THIRD_PARTY_LICENSES\.txt$/,
  /^media\/[\w-]+\.(png|svg)$/,
  /^media\/walkthrough\/\w+\.md$/,
  /^models\/(README\.md|[\w-]+\.gguf|layout-pairs\.jsonl\.gz)$/,
  /^server\/cluster\/job\/(job\.py|train\.py|requirements\.txt)$/,
  /^dist\/((extension|client)\.cjs|(server|engine|cli|miner|parser|[a-zA-Z]+-[A-Z0-9]{8})\.mjs|webview\.(js|css))$/,
  /^dist\/native\/(repotune\.node|lib(ggml|llama)[\w.-]*\.so|gpu\/libggml-vulkan\.so)$/,
  /^dist\/node_modules\/(tree-sitter[\w-]*|node-gyp-build)\/(.*\.(js|mjs|json)|prebuilds\/[\w-]+\/(@[\w-]+\+)?tree-sitter[\w-]*\.node)$/,
  /^\.vsixmanifest$/,
];
/** Tests and sources must not be among them. */
const forbidden = /(\.test\.|\.spec\.|\.map$|\.d\.ts$|\.ts$|\/test\/)/;

/** `file`: its path in the package, with `/`. */
export function mayShip(file: string): boolean {
  return allowed.some((pattern) => pattern.test(file)) && !forbidden.test(file);
}
