/** An engine process's side of the IPC channel. */
export interface Channel<Outgoing> {
  onMessage(listener: (message: unknown) => void): void;
  send(message: Outgoing): void;
}
