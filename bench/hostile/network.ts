/** The attacker's end of the network: a server on loopback that counts connections. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export class Listener implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #first: string[] = [];
  #calls = 0;

  private constructor(answers: boolean) {
    this.#server = createServer((socket) => {
      this.#calls++;
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
      socket.once('data', (data) => {
        this.#first.push(data.toString('latin1').split('\n')[0]!.trim().slice(0, 120));
        if (answers) socket.destroy();
      });
    });
  }

  /** `silent`: accepts connections and never replies. Otherwise it hangs up at the first data. */
  static async start({ silent = false }: { readonly silent?: boolean } = {}): Promise<Listener> {
    const listener = new Listener(!silent);
    listener.#server.listen(0, '127.0.0.1');
    await once(listener.#server, 'listening');
    return listener;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections since the last call, each with its first line if it sent one. */
  calls(): string[] {
    const lines = this.#first.splice(0);
    const silent = Math.max(0, this.#calls - lines.length);
    this.#calls = 0;
    return [...lines, ...Array.from({ length: silent }, () => '(said nothing)')];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close').catch(() => {});
  }
}
