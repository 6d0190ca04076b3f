/**
 * Shows foreign text literally: a name from a manifest, a remote's answer, a file's path. In notifications VS Code turns
 * `[words](command:…)` into a link that runs any command on a click, and in lists `$(name)` into an icon.
 */

/** For the message of a non-modal notification. */
export function withoutLinks(message: string): string {
  return message.replaceAll('](', '] (');
}

/** For the label, description or detail of a quick-pick item. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$ (');
}
