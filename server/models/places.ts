/** Where base models are looked for and stored. */
import { join } from 'node:path';
import { dataFolder } from '../storage/paths.ts';
import { bundledModel } from './bundled.ts';
import type { LibraryPlaces } from './library.ts';
import { ollamaFolders } from './ollama.ts';

export function libraryPlaces(environment: NodeJS.ProcessEnv = process.env): LibraryPlaces {
  return {
    folder: join(dataFolder(environment), 'models'),
    bundled: bundledModel(),
    ollamaFolders: ollamaFolders(environment),
  };
}
