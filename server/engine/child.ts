/** One engine process from the server's side. */
import { Child, type ChildHandlers } from '../system/child.ts';
import { forkEngine, takeAhead } from './ahead.ts';

export class EngineChild extends Child {
  constructor(role: 'complete' | 'tune', handlers: ChildHandlers, entry?: string) {
    super((role === 'complete' ? takeAhead() : null) ?? forkEngine(role, entry), handlers);
  }
}
