import { describe, expect, test } from 'vitest';
import { WindowFolders } from './windowFolders.ts';

const app = { path: '/home/dev/app', name: 'app' };
const tool = { path: '/home/dev/tool', name: 'tool' };

function opened(...folders: (typeof app)[]): WindowFolders {
  const opened = new WindowFolders();
  opened.set(folders);
  return opened;
}

describe('the chosen folder', () => {
  test('is the first until another is chosen', () => {
    const folders = opened(app, tool);
    expect(folders.chosen).toEqual(app);
    folders.choose(tool.path);
    expect(folders.chosen).toEqual(tool);
  });

  test('stays when others come and go, in whatever order', () => {
    const folders = opened(app, tool);
    folders.choose(tool.path);
    folders.set([{ path: '/new', name: 'new' }, tool]);
    expect(folders.chosen).toEqual(tool);
  });

  test('is the first again after it was removed, also when it comes back', () => {
    const folders = opened(app, tool);
    folders.choose(tool.path);
    folders.set([app]);
    expect(folders.chosen).toEqual(app);
    folders.set([app, tool]);
    expect(folders.chosen).toEqual(app);
  });

  test('is null in a window without folders', () => {
    expect(new WindowFolders().chosen).toBeNull();
  });
});

describe('a request', () => {
  test('works on the folder it names, else on the chosen one', () => {
    const folders = opened(app, tool);
    folders.choose(tool.path);
    expect(folders.of(app.path)).toBe(app.path);
    expect(folders.of(`${app.path}/`)).toBe(app.path);
    expect(folders.of(undefined)).toBe(tool.path);
  });

  test('that names an unknown folder is rejected with the list of known ones', () => {
    const folders = opened(app, tool);
    const sentence = 'This window has no folder /home/dev/other. It has: /home/dev/app, /home/dev/tool.';
    expect(() => folders.of('/home/dev/other')).toThrow(sentence);
    expect(() => folders.of('/home/dev/app/src')).toThrow(/no folder/);
    expect(() => folders.choose('/home/dev/other')).toThrow(sentence);
    expect(folders.chosen).toEqual(app);
  });

  test('is rejected in a window without folders', () => {
    expect(() => new WindowFolders().of(undefined)).toThrow('Open the folder of a repository first.');
    expect(() => new WindowFolders().of('/a')).toThrow('Open the folder of a repository first.');
  });
});

describe('folder names', () => {
  test('are shown only when there are several folders', () => {
    expect(opened(app).nameIfSeveral(app.path)).toBeNull();
    expect(opened(app, tool).nameIfSeveral(tool.path)).toBe('tool');
    expect(opened(app, tool).nameIfSeveral('/elsewhere/gone')).toBe('gone');
    expect(opened(app, tool).sayOf(tool.path, 'It ended.')).toBe('tool: It ended.');
    expect(opened(app).sayOf(app.path, 'It ended.')).toBe('It ended.');
  });

  test('that are equal are told apart by their parent folders', () => {
    const other = { path: '/srv/app', name: 'app' };
    expect(opened(app, other, tool).all.map(({ name }) => name)).toEqual(['app (/home/dev)', 'app (/srv)', 'tool']);
  });
});
