/** Role *complete*: answers the server's calls with one native session. */
import { writeSync } from 'node:fs';
import { messageOf } from '../common/messageOf.ts';
import { librariesPath, mergedModelsFolder } from '../storage/paths.ts';
import type { Channel } from './channel.ts';
import { codeOf } from './errorCodes.ts';
import { EngineError } from './errors.ts';
import { gpuBackends } from './gpuBackends.ts';
import { type CompleteAnswer, type CompleteCommand, completeCommand } from './messages.ts';
import { onDevice } from './missingDevice.ts';
import type { NativeAddon, NativeCall, NativeSession } from './native.ts';

export function serveCompletions(addon: NativeAddon, channel: Channel<CompleteAnswer>): void {
  const role = new CompleteRole(addon, (answer) => channel.send(answer));
  channel.onMessage((message) => void role.handle(completeCommand.parse(message)));
}

class CompleteRole {
  readonly #addon: NativeAddon;
  readonly #send: (answer: CompleteAnswer) => void;
  #session: NativeSession | null = null;
  /** Running calls by id. */
  readonly #running = new Map<number, NativeCall<unknown>>();

  constructor(addon: NativeAddon, send: (answer: CompleteAnswer) => void) {
    this.#addon = addon;
    this.#send = send;
  }

  async handle(command: CompleteCommand): Promise<void> {
    if (command.kind === 'cancel') {
      this.#running.get(command.id)?.cancel();
      return;
    }
    try {
      this.#send(await this.#answer(command));
    } catch (error) {
      const code = codeOf(error);
      // A device that stops computing does not recover: a fresh process on the CPU helps.
      if (code === 'device-failed') die(messageOf(error));
      this.#send({ kind: 'failed', id: command.id, code, message: messageOf(error) });
    } finally {
      this.#running.delete(command.id);
    }
  }

  async #answer(command: Exclude<CompleteCommand, { kind: 'cancel' }>): Promise<CompleteAnswer> {
    const { id } = command;
    switch (command.kind) {
      case 'load': {
        const { device, modelPath, contextTokens, threads } = command;
        const loading = this.#addon.loadSession({
          librariesPath: librariesPath(),
          gpuBackends: gpuBackends(device),
          modelPath,
          device,
          contextTokens,
          threads,
          mergeFolder: command.mergeAdapters ? mergedModelsFolder() : '',
        });
        const session = await onDevice(device, loading);
        this.#session?.dispose();
        this.#session = session;
        return { kind: 'loaded', id, model: session.info() as Extract<CompleteAnswer, { kind: 'loaded' }>['model'] };
      }
      case 'tokenize':
        return { kind: 'tokens', id, tokens: await this.#loaded().tokenize(command.texts) };
      case 'complete': {
        let text = '';
        const onFresh = (fresh: string): void => {
          text += fresh;
          this.#send({ kind: 'text', id, text });
        };
        const before = process.cpuUsage();
        const call = this.#loaded().complete(command.request, command.stream ? onFresh : undefined);
        this.#running.set(id, call);
        const result = await call.result;
        // Completions run one at a time, so the process's CPU time is the call's.
        const { user, system } = process.cpuUsage(before);
        return { kind: 'completed', id, result: { ...result, cpuMs: (user + system) / 1000 } };
      }
      case 'score': {
        const call = this.#loaded().score(command.samples, command.adapter, command.smallBatches);
        this.#running.set(id, call);
        return { kind: 'scored', id, scores: await call.result };
      }
      case 'merge':
        await this.#addon.mergeModel(command);
        return { kind: 'merged', id };
      case 'devices': {
        const { device } = command;
        const options = { librariesPath: librariesPath(), gpuBackends: gpuBackends(device), device };
        return { kind: 'devices', id, devices: await this.#addon.devices(options) };
      }
      case 'timeTraining': {
        const { config } = command;
        const timing = this.#addon.timeTraining({ ...config, gpuBackends: gpuBackends(config.device) });
        return { kind: 'timed', id, speeds: await onDevice(config.device, timing) };
      }
      case 'timeCompletions': {
        const { modelPath, device } = command;
        const options = { librariesPath: librariesPath(), gpuBackends: gpuBackends(device), modelPath, device };
        return { kind: 'timed', id, speeds: await this.#addon.timeCompletions(options) };
      }
    }
  }

  #loaded(): NativeSession {
    if (this.#session === null) throw new EngineError('not-loaded', 'No model is loaded.');
    return this.#session;
  }
}

/** The server reads the reason from stderr and starts the process again. */
function die(reason: string): never {
  writeSync(2, `error: ${reason}\n`);
  process.exit(70);
}
