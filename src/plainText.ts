/**
 * Shows foreign text literally: a name from a manifest, a remote's answer, a file's path. In notifications VS Code turns
 * `[words](command:…)` into a link that runs any command on a click, in lists `$(name)` into an icon, and in the detail of a language
 * status both.
 */

/** For the message of a non-modal notification, and the detail of a language status. */
export function withoutLinks(message: string): string {
  return message.replaceAll('](', '] (');
}

/** For the label, description or detail of a quick-pick item, and the detail of a language status. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$ (');
}
