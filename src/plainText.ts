/**
 * Words of others as they are: a name in somebody's manifest, a remote's answer, a file's path. In notifications VS Code makes a link of
 * `[words](command:…)`, which runs any command at a click, and in lists a picture of `$(name)`.
 */

/** For a message of a notification that is not modal. */
export function withoutLinks(message: string): string {
  return message.replaceAll('](', '] (');
}

/** For the label, description or detail of an item to pick. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$ (');
}
