/** The settings in effect: a workspace's settings can only narrow the user's. */
import * as vscode from 'vscode';
import { NARROWED, type NarrowedSetting, narrow } from '../server/common/narrowing.ts';

type Section = { [name: string]: unknown };

/** What the user has set it to, whatever a workspace says; undefined if never. */
export function usersOwn(name: NarrowedSetting): unknown {
  return vscode.workspace.getConfiguration('repotune').inspect(name)?.globalValue;
}

/** The `repotune` section in a folder, or in the window; a plain object, since it is sent to the server. */
export function settingsIn(scope?: vscode.Uri): Section {
  const configuration = vscode.workspace.getConfiguration('repotune', scope);
  const settings = JSON.parse(JSON.stringify(configuration)) as Section;
  for (const name of NARROWED) {
    const { globalValue, defaultValue } = configuration.inspect(name) ?? {};
    const [key, inner] = name.split('.') as [string, string | undefined];
    const value = narrow(name, globalValue ?? defaultValue, configuration.get(name));
    if (inner === undefined) settings[key] = value;
    else settings[key] = { ...(settings[key] as Section | undefined), [inner]: value };
  }
  return settings;
}
